// Shows a password while it is typed, on the pages that name this file: each field `data-show` gets a tick box with
// that text. It is hidden again before the form is sent, so that no browser keeps it as a text. Without this script
// there is no such box.
for (const field of document.querySelectorAll("input[type=password][data-show]")) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const text = document.createElement("span");
  label.className = "choice";
  box.type = "checkbox";
  text.textContent = field.dataset.show;
  field.spellcheck = false;
  field.setAttribute("autocapitalize", "none");
  box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
  field.form.addEventListener("submit", () => { field.type = "password"; box.checked = false; });
  label.append(box, text);
  field.after(label);
}
