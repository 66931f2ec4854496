// The form of a section of a survey, on the page that names this file. What is changed is saved after a short pause, with the revision
// that the page knew; what a colleague has changed meanwhile is shown beside it, and never overwritten. What is not saved yet stays in
// the tab, for this person and response alone, and is there again after a login; the portal has the browser drop it at the logout.
// Without this script the buttons of the form save all of it.
const form = document.querySelector("form[data-fill-in]");
const status = form && form.querySelector("[data-status]");
const PREFIX = "fill-in ";
const PAUSE = 1000, RETRY = 5000, LONGEST = 60000, PRESENCE = 30000;
const held = new Set();
let dirty = {}, timer = 0, wait = RETRY, isSaving = false, isOver = false;

const key = () => PREFIX + form.dataset.person + " " + form.dataset.response;
const boxes = () => Array.from(form.querySelectorAll("[data-field]"));
const boxOf = name => boxes().find(box => box.dataset.field === name);
const knownOf = box => box.querySelector("input[name=known]");
const controls = (box, name) => Array.from(box.querySelectorAll("input, textarea")).filter(one => one.name === name);
const valuesOf = (box, name) =>
  controls(box, name).filter(one => !["radio", "checkbox"].includes(one.type) || one.checked).map(one => one.value);
const isConfirmed = box => controls(box, "confirm").some(one => one.checked);

// What is not saved yet, in the tab.
function keep() {
  const all = Object.assign(kept(), dirty);
  for (const name in all) if (boxOf(name) && !dirty[name]) delete all[name];
  if (Object.keys(all).length) sessionStorage.setItem(key(), JSON.stringify(all));
  else sessionStorage.removeItem(key());
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(key())) || {};
  } catch {
    return {};
  }
}

function forget(name) {
  delete dirty[name];
  held.delete(name);
  mark(boxOf(name), "");
  keep();
}

// Values that were typed before the page was lost are in their fields again, with what the page knew then.
function restore() {
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith(PREFIX) && !name.startsWith(PREFIX + form.dataset.person + " ")) sessionStorage.removeItem(name);
  const all = kept();
  for (const name in all) {
    const box = boxOf(name);
    if (!box || !knownOf(box)) continue;
    for (const one of controls(box, name)) {
      if (["radio", "checkbox"].includes(one.type)) one.checked = all[name].values.includes(one.value);
      else one.value = all[name].values[0] || "";
    }
    knownOf(box).value = name + "=" + all[name].known;
    dirty[name] = all[name];
    if (box.querySelector(".conflict")) held.add(name);
    mark(box, form.dataset.mark);
  }
}

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

// A word at a field, beside what the status line says of all.
function mark(box, text) {
  if (!box) return;
  let note = box.querySelector(".saving");
  if (!note) {
    note = document.createElement("span");
    note.className = "saving";
    box.append(note);
  }
  note.textContent = text;
}

function changed(event) {
  const box = event.target.closest("[data-field]");
  if (!box || !knownOf(box)) return;
  const name = box.dataset.field;
  if (!box.querySelector(".conflict")) held.delete(name);
  const known = knownOf(box).value.slice(name.length + 1);
  dirty[name] = { values: valuesOf(box, name), known, confirm: isConfirmed(box) };
  mark(box, form.dataset.mark);
  keep();
  say(form.dataset.unsaved);
  if (!isOver) later(PAUSE);
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

const waiting = () => Object.keys(dirty).filter(name => boxOf(name) && !held.has(name));

// Sends what was changed; what was typed during that goes with the next.
async function save() {
  const names = waiting();
  if (!names.length || isSaving) return;
  const sent = {}, body = new URLSearchParams({ language: form.elements.language.value });
  for (const name of names) {
    sent[name] = dirty[name];
    body.append("known", name + "=" + sent[name].known);
    for (const value of sent[name].values) body.append(name, value);
    if (sent[name].confirm) body.append("confirm", name);
  }
  body.append("whole", "1");
  isSaving = true;
  say(form.dataset.saving);
  try {
    const answer = await fetch(form.action + "/autosave", { method: "POST", headers: { Accept: "application/json" }, body });
    if (answer.status === 401) return ended();
    const told = await answer.json();
    if (answer.ok) stored(told, sent);
    else if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) refused(told);
    else throw answer;
  } catch {
    say(form.dataset.offline);
    later(wait);
    wait = Math.min(2 * wait, LONGEST);
  } finally {
    isSaving = false;
  }
}

function stored(told, sent) {
  wait = RETRY;
  for (const name in told.fields) {
    const box = boxOf(name), outcome = told.fields[name];
    if (!box) continue;
    if (outcome.known) {
      const origin = box.querySelector("[data-prefilled]");
      if (origin) origin.remove();
      knownOf(box).value = name + "=" + outcome.known;
      if (dirty[name] === sent[name]) forget(name);
      else if (dirty[name]) dirty[name].known = outcome.known;
    }
    const fault = box.querySelector("[data-fault]");
    if (fault) {
      fault.textContent = outcome.fault;
      fault.hidden = !outcome.fault;
    }
    if (outcome.conflict) clash(box, name, outcome.conflict);
    else if (!outcome.is_stored) held.add(name);
  }
  for (const part of form.querySelectorAll("[data-part]"))
    part.hidden = part.disabled = !told.shown.includes(part.dataset.part);
  keep();
  say(told.said);
  if (waiting().length) later(PAUSE);
}

// Both values beside each other; a button sends the whole form, which settles it.
function clash(box, name, both) {
  held.add(name);
  const old = box.querySelector(".conflict");
  if (old) old.remove();
  const block = document.querySelector("template[data-conflict]").content.cloneNode(true);
  const slot = what => block.querySelector("[data-slot=" + what + "]");
  for (const what of ["mine", "theirs", "who"]) slot(what).textContent = both[what];
  slot("keep-mine").value = "mine " + both.revision + " " + name;
  slot("keep-theirs").value = "theirs " + both.revision + " " + name;
  (box.querySelector(".row-head") || box).append(block);
}

function ended() {
  isOver = true;
  form.querySelector("[data-signed-out]").hidden = false;
  say(form.querySelector("[data-signed-out]").textContent);
}

function refused(problem) {
  isOver = true;
  say(problem.detail || form.dataset.unsaved);
}

// A button of the form goes on once everything is saved, so that nothing is sent twice.
async function submitted(event) {
  const button = event.submitter;
  if (button && button.name === "take") return forget(button.value.split(" ")[2]);
  if (isOver || !waiting().length) return;
  event.preventDefault();
  clearTimeout(timer);
  while (isSaving) await new Promise(done => setTimeout(done, 50));
  await save();
  if (isOver || !waiting().length) form.requestSubmit(button);
}

async function sign(leaves) {
  const body = new URLSearchParams({ leaves });
  const address = form.action + "/presence";
  if (leaves) return navigator.sendBeacon(address, body);
  if (document.hidden || isOver) return;
  try {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
    if (answer.ok) document.querySelector("[data-present]").textContent = (await answer.json()).said;
  } catch {
    // The next sign will do.
  }
}

if (form) {
  restore();
  form.addEventListener("input", changed);
  form.addEventListener("submit", submitted);
  document.querySelector("form[action='/logout']").addEventListener("submit", () => sessionStorage.clear());
  addEventListener("online", save);
  addEventListener("pagehide", () => sign(true));
  setInterval(sign, PRESENCE, false);
  sign(false);
  if (waiting().length) later(0);
}
