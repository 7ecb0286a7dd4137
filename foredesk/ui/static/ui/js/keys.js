// Keys: data-key="c" or data-key="g t" on a link, button or field. Nothing acts while somebody is typing.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const PATIENCE = 1200;
let begun = "";
let timer = 0;

const shown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

// Several may carry the same key (the bar and a page's own button): the one that is seen wins, else any.
function find(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((one) => !one.disabled);
  return all.find(shown) ?? all[0];
}

function act(element) {
  if (element.matches(TYPING)) element.focus();
  else if (element.matches("details")) element.open = !element.open;
  else element.click();
}

function labelOf(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  if (element.matches(TYPING)) return element.labels?.[0]?.textContent.trim() ?? element.getAttribute("aria-label") ?? "";
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, .keys, .count, svg")) extra.remove();
  return copy.textContent.replace(/\s+/g, " ").trim() || element.getAttribute("aria-label") || "";
}

function line(keys, label, then) {
  const term = document.createElement("dt");
  keys.forEach((key, at) => {
    if (at) term.append(` ${then} `);
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  });
  return [term, Object.assign(document.createElement("dd"), { textContent: label })];
}

export function showKeys() {
  const dialog = document.getElementById("keys");
  const list = dialog?.querySelector("[data-keys-list]");
  if (!list || dialog.open) return;
  const words = dialog.querySelector("[data-keys-words]").dataset;
  const rows = new Map();
  for (const element of document.querySelectorAll("[data-key]")) if (!rows.has(element.dataset.key)) rows.set(element.dataset.key, labelOf(element));
  list.replaceChildren();
  if (document.querySelector("[data-list-keys]")) {
    list.append(...line(["j"], words.down, words.then), ...line(["k"], words.up, words.then), ...line(["o"], words.open, words.then));
  }
  for (const [key, label] of rows) list.append(...line(key.split(" "), label, words.then));
  list.append(...line(["?"], words.help, words.then), ...line(["Esc"], words.close, words.then));
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches?.(TYPING)) return event.target.blur();
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    return showKeys();
  }
  if (event.key.length !== 1) return;
  const key = begun ? `${begun} ${event.key}` : event.key;
  clearTimeout(timer);
  begun = "";
  const element = find(key);
  if (element) {
    event.preventDefault();
    act(element);
  } else if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
    begun = event.key;
    timer = setTimeout(() => (begun = ""), PATIENCE);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-show-keys]")) showKeys();
});
