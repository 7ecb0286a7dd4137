// Panels: links with data-panel (and the one to “Log a call”) open in the dialog instead of as a page of their own.
const dialog = document.querySelector("[data-panel-dialog]");
const CALLS = dialog?.dataset.calls;

const isPanel = (link) => link.matches("[data-panel]") || (CALLS && link.pathname === CALLS);

async function open(url) {
  try {
    await window.htmx.ajax("GET", url, { target: "#panel-in", swap: "outerHTML" });
  } catch {
    location.href = url;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-panel-close]")) return dialog?.close();
  const link = event.target.closest?.("a[href]");
  if (!dialog || !link || !isPanel(link) || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.href);
});

// Where the work begins: what has to be mended, else a choice that stands first, else the first empty field.
function begin() {
  const fields = [...dialog.querySelectorAll(".panel-form :is(input:not([type=hidden]), textarea, select)")];
  const typed = fields.filter((field) => !["checkbox", "radio", "file"].includes(field.type));
  const broken = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  const choice = fields[0]?.type === "radio" ? (fields.find((field) => field.name === fields[0].name && field.checked) ?? fields[0]) : null;
  (broken ?? choice ?? typed.find((field) => !field.value) ?? typed[0] ?? fields[0])?.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (!dialog?.contains(event.target) || event.target.id !== "panel-in") return;
  if (!dialog.open) dialog.showModal();
  begin();
});

// The form in the dialog is gone once it is closed, so that an old one never flashes up before the next.
dialog?.addEventListener("close", () => {
  const place = Object.assign(document.createElement("div"), { id: "panel-in" });
  dialog.replaceChildren(place);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("form.panel-form");
  if (form) form.requestSubmit(form.querySelector("[type=submit].primary"));
});

// A key that acts on the chosen row of a list: data-row-key on a button in it.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const button = document.querySelector(`[data-chosen] [data-row-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
