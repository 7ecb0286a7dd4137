// Keeps what is typed: a form with data-autosave="<url>" is posted there a moment after the last change.
const PAUSE = 700;
const RETRY = 5000;
const kept = new WeakMap();

const stateOf = (form) =>
  form.querySelector("[data-autosave-state]") ?? document.querySelector(`[data-autosave-for="${CSS.escape(form.id || "-")}"]`);

function show(form, state) {
  const place = stateOf(form);
  if (!place) return;
  place.dataset.state = state;
  // A form may have its own word for it; else the page's.
  place.textContent = place.dataset[state] ?? document.body.dataset[state];
}

// Files travel with the form's own sending, not with every pause in typing.
function textOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return new URLSearchParams(data);
}

function entryOf(form) {
  if (!kept.has(form)) kept.set(form, { timer: 0, last: textOf(form).toString(), busy: false, again: false });
  return kept.get(form);
}

async function save(form) {
  const entry = entryOf(form);
  clearTimeout(entry.timer);
  if (entry.busy) {
    entry.again = true;
    return;
  }
  const body = textOf(form);
  if (body.toString() === entry.last) return;
  entry.busy = true;
  show(form, "saving");
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Autosave": "1", Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    entry.last = body.toString();
    show(form, "saved");
    // What the server answers may be worth showing: the page decides.
    form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: { text: await answer.text() } }));
  } catch {
    show(form, "unsaved");
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
    if (body.toString() !== entryOf(form).last) navigator.sendBeacon(form.dataset.autosave, body);
  }
});
