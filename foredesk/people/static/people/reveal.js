// A button beside each password field that shows what was typed: the words come from the field itself.
for (const field of document.querySelectorAll("input[data-reveal]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.setAttribute("aria-controls", field.id);
  const row = document.createElement("div");
  row.className = "reveal";
  field.replaceWith(row);
  row.append(field, button);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? field.dataset.conceal : field.dataset.reveal;
    button.setAttribute("aria-label", shown ? field.dataset.concealLabel : field.dataset.revealLabel);
  };
  button.addEventListener("click", () => {
    show(field.type === "password");
    field.focus();
  });
  // Nobody's password is left readable on the screen, or kept by the browser as ordinary text.
  field.form?.addEventListener("submit", () => show(false));
  show(false);
}
