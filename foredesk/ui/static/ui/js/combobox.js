// Finding a person while typing: an input with data-person-search="<url>" asks the url for <li role="option" data-value>.
const PAUSE = 140;
let count = 0;
const states = new WeakMap();

function stateOf(input) {
  if (states.has(input)) return states.get(input);
  count += 1;
  const list = document.createElement("ul");
  list.id = `people-${count}`;
  list.className = "combobox-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? input.getAttribute("aria-label") ?? "");
  list.hidden = true;
  if (!input.closest(".combobox")) {
    const frame = document.createElement("div");
    frame.className = "combobox";
    input.replaceWith(frame);
    frame.append(input);
  }
  input.after(list);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" }).forEach(([name, value]) => input.setAttribute(name, value));
  input.autocomplete = "off";
  const state = { list, timer: 0, asked: null, at: -1 };
  states.set(input, state);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) choose(input, option);
  });
  return state;
}

const targetOf = (input) => {
  const scope = input.closest("form") ?? document;
  return input.dataset.personTarget ? document.querySelector(input.dataset.personTarget) : scope.querySelector("input[type=hidden][data-person-value]");
};
const optionsOf = (state) => [...state.list.querySelectorAll("[role=option]:not([aria-disabled])")];

function setValue(input, value) {
  const target = targetOf(input);
  if (!target || target.value === value) return;
  target.value = value;
  target.dispatchEvent(new Event("change", { bubbles: true }));
}

function close(input) {
  const state = stateOf(input);
  state.list.hidden = true;
  state.at = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function point(input, at) {
  const state = stateOf(input);
  const options = optionsOf(state);
  state.at = at;
  options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
  if (options[at]) {
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }
}

function choose(input, option) {
  input.value = option.dataset.label ?? option.textContent.trim();
  setValue(input, option.dataset.value ?? "");
  close(input);
  input.dispatchEvent(new CustomEvent("person:chosen", { bubbles: true, detail: { value: option.dataset.value, label: input.value } }));
}

async function ask(input) {
  const state = stateOf(input);
  const words = input.value.trim();
  state.asked?.abort();
  if (!words) return close(input);
  state.asked = new AbortController();
  const url = new URL(input.dataset.personSearch, location.href);
  url.searchParams.set("q", words);
  try {
    const answer = await fetch(url, { signal: state.asked.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) return close(input);
    state.list.innerHTML = await answer.text();
  } catch {
    return;
  }
  // The list itself carries the role: whatever frame the answer came in is taken off.
  const frame = state.list.querySelector(":scope > ul, :scope > ol");
  if (frame) frame.replaceWith(...frame.children);
  // “Nobody found” is read out as the one thing in the list, and cannot be chosen.
  for (const nobody of state.list.querySelectorAll(".nobody")) {
    nobody.setAttribute("role", "option");
    nobody.setAttribute("aria-disabled", "true");
  }
  optionsOf(state).forEach((option, n) => (option.id ||= `${state.list.id}-${n}`));
  const open = state.list.childElementCount > 0 && document.activeElement === input;
  state.list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  point(input, optionsOf(state).length ? 0 : -1);
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-person-search]")) stateOf(event.target);
});
document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-person-search]")) return;
  const state = stateOf(input);
  setValue(input, "");
  clearTimeout(state.timer);
  state.timer = setTimeout(() => ask(input), PAUSE);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-person-search]")) close(event.target);
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-person-search]")) return;
  const state = stateOf(input);
  const options = optionsOf(state);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (state.list.hidden) return void ask(input);
    if (options.length) point(input, (state.at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
  } else if (event.key === "Enter" && !state.list.hidden && options[state.at]) {
    event.preventDefault();
    choose(input, options[state.at]);
  } else if (event.key === "Escape" && !state.list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(input);
  } else if (event.key === "Tab" && !state.list.hidden && options[state.at]) {
    choose(input, options[state.at]);
  }
});
