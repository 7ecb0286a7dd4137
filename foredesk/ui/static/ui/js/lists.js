// Moving through a list with data-list-keys: j and k choose, o opens. The choice survives a refreshed list, and coming back to it.
const TYPING = "input, textarea, select, [contenteditable]";
const PLACE = `chosen ${location.pathname}`;
let chosenKey = sessionStorage.getItem(PLACE) ?? "";

const itemsOf = (list) => [...list.children].filter((item) => !item.hidden && item.querySelector("a[href], button"));
const openerOf = (item) => item.querySelector("[data-open]") ?? item.querySelector("a[href]");
const keyOf = (item) => item.id || openerOf(item)?.getAttribute("href") || "";

function remember(item) {
  chosenKey = keyOf(item);
  sessionStorage.setItem(PLACE, chosenKey);
}

function choose(list, item) {
  for (const other of list.querySelectorAll("[data-chosen]")) other.removeAttribute("data-chosen");
  item.setAttribute("data-chosen", "");
  remember(item);
  // Focus moves along, so that Enter, Tab and screen readers are where the eye is.
  openerOf(item)?.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!["j", "k", "o"].includes(event.key)) return;
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  const list = event.target.closest?.("[data-list-keys]") ?? document.querySelector("[data-list-keys]");
  if (!list) return;
  const items = itemsOf(list);
  if (!items.length) return;
  const at = items.findIndex((item) => item.hasAttribute("data-chosen"));
  event.preventDefault();
  if (event.key === "o") {
    if (at >= 0) openerOf(items[at])?.click();
    return;
  }
  const to = event.key === "j" ? Math.min(at + 1, items.length - 1) : Math.max(at - 1, 0);
  choose(list, items[to]);
});

document.addEventListener("focusin", (event) => {
  const list = event.target.closest?.("[data-list-keys]");
  if (!list) return;
  const item = [...list.children].find((child) => child.contains(event.target));
  for (const other of list.querySelectorAll("[data-chosen]")) if (other !== item) other.removeAttribute("data-chosen");
  if (item) {
    item.setAttribute("data-chosen", "");
    remember(item);
  }
});

function chooseAgain() {
  if (!chosenKey) return;
  for (const list of document.querySelectorAll("[data-list-keys]")) {
    const item = itemsOf(list).find((one) => keyOf(one) === chosenKey);
    if (item && !list.querySelector("[data-chosen]")) item.setAttribute("data-chosen", "");
  }
}
document.addEventListener("htmx:afterSwap", chooseAgain);
chooseAgain();
