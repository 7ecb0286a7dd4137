// Short words of confirmation. Good news leaves by itself, but not while somebody reads it; trouble stays until dismissed.
const READING = 9000;

function leave(toast) {
  toast.classList.add("leaving");
  setTimeout(() => toast.remove(), 240);
}

function watch(toast) {
  if ("watched" in toast.dataset) return;
  toast.dataset.watched = "";
  if (!["success", "info"].includes(toast.dataset.toast)) return;
  let timer = setTimeout(() => leave(toast), READING);
  const stay = () => clearTimeout(timer);
  const go = () => (timer = setTimeout(() => leave(toast), READING / 2));
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusout", go);
}

const watchAll = () => document.querySelectorAll("[data-toast]").forEach(watch);

function add(text, kind = "success") {
  const place = document.getElementById("toasts");
  if (!place || !text) return;
  const toast = document.createElement("div");
  toast.className = `toast toast-${kind}`;
  toast.dataset.toast = kind;
  const close = Object.assign(document.createElement("button"), { type: "button", className: "toast-close", textContent: "×" });
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", place.dataset.dismiss);
  toast.append(document.createElement("span"), Object.assign(document.createElement("p"), { textContent: text }), close);
  place.append(toast);
  watch(toast);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-toast-close]")) leave(event.target.closest("[data-toast]"));
});
document.addEventListener("toast", (event) => add(event.detail?.text ?? event.detail?.value, event.detail?.kind));
document.addEventListener("htmx:afterSettle", watchAll);
// An answer that never came must not look like success.
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => add(document.getElementById("toasts")?.dataset.offline, "error"));
document.addEventListener("htmx:responseError", () => add(document.getElementById("toasts")?.dataset.failed, "error"));
watchAll();
