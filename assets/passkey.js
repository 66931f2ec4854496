// Passkeys, on the pages that name this file. The form `data-passkey` ("create" or "get") holds the options of the browser's question;
// the answer goes into its field `credential`, and the form is sent. Without this script the form stays hidden, and the page says what
// to do instead.
const form = document.querySelector("form[data-passkey]");
const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
}

function base64url(buffer) {
  const letters = Array.from(new Uint8Array(buffer), byte => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function question() {
  const { publicKey } = JSON.parse(form.dataset.options);
  publicKey.challenge = bytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  for (const list of [publicKey.excludeCredentials, publicKey.allowCredentials])
    for (const known of list || []) known.id = bytes(known.id);
  return { publicKey };
}

async function send(event) {
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  status.textContent = "";
  try {
    const key = await navigator.credentials[form.dataset.passkey](question());
    const response = {};
    for (const part of parts) if (key.response[part]) response[part] = base64url(key.response[part]);
    if (key.response.getTransports) response.transports = key.response.getTransports();
    const answer = { id: key.id, rawId: base64url(key.rawId), type: key.type, response, extensions: {} };
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch {
    status.textContent = form.dataset.failed;
  }
}

if (form && window.PublicKeyCredential) {
  form.addEventListener("submit", send);
  form.hidden = false;
  document.querySelector("[data-passkey-missing]").hidden = true;
}
