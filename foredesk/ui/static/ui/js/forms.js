// Small courtesies of forms: growing text boxes, sending by keys or by choosing, no double sending, focus where it helps.
const grows = !CSS.supports("field-sizing", "content");

function grow(area) {
  if (!grows || !area.matches?.("textarea")) return;
  area.rows = Math.min(24, Math.max(Number(area.dataset.rows ?? (area.dataset.rows = area.rows)), area.value.split("\n").length + 1));
}
document.addEventListener("input", (event) => grow(event.target));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("form[data-send-keys], form.composer");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[type=submit].primary, button.primary:not([type=button])") ?? undefined);
});

document.addEventListener("change", (event) => {
  const asked = event.target.closest?.("[data-submit-on-change]");
  const form = asked?.closest("form");
  if (form) form.requestSubmit();
});

// A second press while the first is on its way sends nothing twice; coming back to the page lifts the lock.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-hx-post], [hx-post], [hx-boost=true]")) return;
  if ("sending" in form.dataset) return event.preventDefault();
  form.dataset.sending = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sending]")) delete form.dataset.sending;
});

function arrive(root) {
  for (const area of root.querySelectorAll("textarea")) grow(area);
  root.querySelector("[data-focus-first]")?.focus();
}
arrive(document);
// Browsers leave autofocus alone when the address names a place on the page (#answer): the writing would go nowhere.
addEventListener("load", () =>
  setTimeout(() => {
    if (location.hash && document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
  }),
);
document.addEventListener("htmx:afterSettle", (event) => arrive(event.target));
