// data-dialog="<id>" opens a <dialog>; data-confirm="Title?" on a form (or its button) asks before it is sent.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  if (event.target.closest?.("[data-dialog-close]")) return event.target.closest("dialog")?.close();
  // A press on the dimmed page beside the dialog closes it, unless something was written in it.
  const dialog = event.target.matches?.("dialog[open]") ? event.target : null;
  if (!dialog) return;
  const box = dialog.getBoundingClientRect();
  const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  const written = [...dialog.querySelectorAll("textarea, input:not([type=hidden], [type=checkbox], [type=radio])")].some((field) => field.value !== field.defaultValue);
  if (outside && !written) dialog.close();
});

const sure = new WeakSet();
function ask(source) {
  const dialog = document.getElementById("confirm");
  const title = dialog.querySelector("[data-confirm-title]");
  const yes = dialog.querySelector("[data-confirm-yes]");
  title.dataset.usual ??= title.textContent;
  yes.dataset.usual ??= yes.textContent;
  title.textContent = source.dataset.confirm || title.dataset.usual;
  dialog.querySelector("[data-confirm-text]").textContent = source.dataset.confirmText ?? "";
  yes.textContent = source.dataset.confirmYes || yes.dataset.usual;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

// In the capture phase, before htmx sees the sending.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const source = event.submitter?.matches("[data-confirm]") ? event.submitter : form.matches("[data-confirm]") ? form : null;
    if (!source || sure.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    if (await ask(source)) {
      sure.add(form);
      form.requestSubmit(submitter);
    }
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask({ dataset: { confirm: event.detail.question } }).then((yes) => yes && event.detail.issueRequest(true));
});
