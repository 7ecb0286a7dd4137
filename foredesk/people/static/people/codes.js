// The button that prints the page does nothing without a script, so it is shown by this one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
