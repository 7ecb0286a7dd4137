// The panel “What we have understood” grows while the customer types: it is what an autosave answers.
document.addEventListener("autosave:saved", (event) => {
  const panel = document.getElementById("understood");
  if (!panel || !event.detail.text) return;
  const fresh = new DOMParser().parseFromString(event.detail.text, "text/html").getElementById("understood");
  // Somebody who is using the panel right now keeps it as it is.
  if (fresh && !panel.contains(document.activeElement)) panel.replaceWith(fresh);
});

// After an answer the focus lands where the page says how it goes on.
function land(root) {
  const place = root.querySelector?.("[data-land]");
  if (place && !root.querySelector("[autofocus]")) place.focus({ preventScroll: true });
}
land(document);
// The fresh page stands above the old one for a moment, and browsers scroll down to keep the old one in view: back.
let scrolled = 0;
document.addEventListener("htmx:beforeSwap", () => (scrolled = scrollY));
document.addEventListener("htmx:afterSwap", (event) => event.target.id === "request" && scrollTo({ top: scrolled, behavior: "instant" }));
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "request") return;
  land(event.target);
  // The pressed button is gone with the old page: the keyboard and a screen reader begin again at the heading.
  if (document.activeElement !== document.body) return;
  const heading = event.target.querySelector("h1");
  if (heading) heading.tabIndex = -1;
  heading?.focus();
});
