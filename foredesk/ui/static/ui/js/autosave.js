// Keeps what is typed: a form with data-autosave="<url>" is posted there a moment after the last change.
const PAUSE = 700;
const RETRY = 5000;
const kept = new WeakMap();

// Where a form says how its saving goes: in it, named for it, or the page's one place that belongs to no form.
function stateOf(form) {
  const own = form.querySelector("[data-autosave-state]") ?? document.querySelector(`[data-autosave-for="${CSS.escape(form.id || "-")}"]`);
  return own ?? [...document.querySelectorAll("[data-autosave-state]")].find((place) => !place.closest("form"));
}

// Signing in again, perhaps in another tab, changes the token that every form has to carry: the cookie holds the present one.
const presentToken = () => /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
function refreshToken(form) {
  const token = presentToken();
  const field = form.querySelector?.("input[name=csrfmiddlewaretoken]");
  if (token && field) field.value = token;
}

function show(form, state) {
  const place = stateOf(form);
  if (!place) return;
  place.dataset.state = state;
  // A form may have its own word for it; else the page's.
  place.textContent = place.dataset[state] ?? document.body.dataset[state] ?? document.body.dataset.unsaved;
}

// Files are kept once when they are chosen, by forms with data-keep-files, and not with every pause in typing.
const filesOf = (form) => ("keepFiles" in form.dataset ? [...(form.querySelector("input[type=file]")?.files ?? [])] : []);
const sameFiles = (one, other) => one.length === other.length && one.every((file, at) => file === other[at]);

// The token is no text.
function textOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File || name === "csrfmiddlewaretoken") data.delete(name);
  return new URLSearchParams(data);
}

function entryOf(form) {
  if (!kept.has(form)) kept.set(form, { timer: 0, last: textOf(form).toString(), busy: false, again: false, lost: false, leaving: false, running: null, files: [] });
  return kept.get(form);
}

function sendable(form, body) {
  refreshToken(form);
  const whole = new URLSearchParams(body);
  whole.set("csrfmiddlewaretoken", form.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "");
  return whole;
}

function save(form) {
  const entry = entryOf(form);
  clearTimeout(entry.timer);
  if (entry.busy) entry.again = true;
  else entry.running = saveNow(form, entry);
  return entry.running;
}

function withFiles(form, body, files) {
  const whole = new FormData();
  for (const [name, value] of sendable(form, body)) whole.append(name, value);
  for (const file of files) whole.append(form.querySelector("input[type=file]").name, file);
  return whole;
}

// A file that is not taken is not tried again; the sentence says why.
function refuse(form, entry, files, sentence) {
  entry.files = files;
  show(form, "unsaved");
  const place = stateOf(form);
  if (place) place.textContent = sentence;
}

async function saveNow(form, entry) {
  const body = textOf(form);
  const files = filesOf(form);
  const carries = files.length > 0 && !sameFiles(files, entry.files);
  if (body.toString() === entry.last && !carries) return;
  entry.busy = true;
  show(form, "saving");
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body: carries ? withFiles(form, body, files) : sendable(form, body),
      headers: { "X-Autosave": "1", Accept: "text/html" },
      redirect: "error",
    });
    // Signed out meanwhile (401, or 403 for want of a token): the words stay here until somebody is signed in again.
    entry.lost = [401, 403].includes(answer.status);
    if (answer.status === 422 && carries) return refuse(form, entry, files, await answer.text());
    if (!answer.ok) throw new Error(String(answer.status));
    entry.last = body.toString();
    if (carries) entry.files = files;
    show(form, "saved");
    // What the server answers may be worth showing: the page decides.
    form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: { text: await answer.text() } }));
  } catch {
    show(form, entry.lost ? "signedOut" : "unsaved");
    entry.timer = setTimeout(() => save(form), RETRY);
  } finally {
    entry.busy = false;
    if (entry.again) {
      entry.again = false;
      save(form);
    }
  }
}

// The first focus notes what the server knows already, before anything is typed.
document.addEventListener("focusin", (event) => {
  const form = event.target.closest?.("form[data-autosave]");
  if (form) entryOf(form);
});

function later(event) {
  const form = event.target.closest?.("form[data-autosave]");
  if (!form) return;
  const entry = entryOf(form);
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => save(form), PAUSE);
}
document.addEventListener("input", later);
document.addEventListener("change", later);
for (const form of document.querySelectorAll("form[data-autosave]")) entryOf(form);

document.addEventListener("htmx:configRequest", (event) => {
  const token = presentToken();
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// What is not saved yet is saved before the form goes: a session lost meanwhile would swallow it with the form.
document.addEventListener(
  "submit",
  async (event) => {
    refreshToken(event.target);
    if (!event.target.matches("form[data-autosave]")) return;
    const [form, submitter] = [event.target, event.submitter];
    const entry = entryOf(form);
    if (!entry.busy && textOf(form).toString() === entry.last && !entry.lost) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (entry.leaving) return;
    entry.leaving = true;
    await entry.running;
    if (textOf(form).toString() !== entry.last || entry.lost) {
      entry.last = null;
      await save(form);
    }
    entry.leaving = false;
    if (entry.lost) return stateOf(form)?.scrollIntoView({ block: "center" });
    // Whatever else went wrong, the server says it better.
    entry.last = textOf(form).toString();
    form.requestSubmit(submitter);
  },
  true,
);

// Once a form is really sent its draft is the server's business.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-autosave]") || event.defaultPrevented) return;
  clearTimeout(entryOf(event.target).timer);
  event.target.dataset.sent = "";
});

// Leaving within the pause: the last words still go out.
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-autosave]:not([data-sent])")) {
    const body = textOf(form);
    if (body.toString() !== entryOf(form).last) navigator.sendBeacon(form.dataset.autosave, sendable(form, body));
  }
});
