// A form with data-passkey="make" or "ask": its button asks the device, what it answers goes into the hidden field.
// The form is hidden where a browser knows no passkeys, and says in its own words (data-…) when something goes wrong.
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function read(options) {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) for (const one of list ?? []) one.id = toBytes(one.id);
  return options;
}

function written(credential) {
  const { id, type, rawId, response, authenticatorAttachment } = credential;
  const said = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) said[part] = toText(response[part]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return { id, type, rawId: toText(rawId), response: said, authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults() };
}

async function ask(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
    redirect: "error",
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const { publicKey } = await answer.json();
  const credential = form.dataset.passkey === "make" ? await navigator.credentials.create({ publicKey: read(publicKey) }) : await navigator.credentials.get({ publicKey: read(publicKey) });
  form.elements.credential.value = JSON.stringify(written(credential));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const place = form.querySelector("[data-passkey-said]");
  if (!window.PublicKeyCredential) {
    for (const other of document.querySelectorAll("[data-without-passkeys]")) other.hidden = false;
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity() || form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    place.textContent = "";
    try {
      await ask(form);
      form.submit();
    } catch (error) {
      const { cancelled, known, failed } = form.dataset;
      place.textContent = error.name === "NotAllowedError" || error.name === "AbortError" ? cancelled : error.name === "InvalidStateError" ? known : failed;
      place.focus();
    } finally {
      form.ariaBusy = null;
    }
  });
}
