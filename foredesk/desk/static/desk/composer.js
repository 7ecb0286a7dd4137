// Writing on a ticket. Reply and note are two forms with two drafts; this only moves the hand to the right one.
const modes = [...document.querySelectorAll("[data-composer-mode]")];
const areaOf = (mode) => document.querySelector(`#${mode} textarea`);

// On goes the writing where it stopped.
function write(area) {
  if (!area || area === document.activeElement) return;
  area.focus();
  if (!area.selectionStart) area.setSelectionRange(area.value.length, area.value.length);
}

// Arrow keys between the two keep the focus where it is; pressing a label (or r, n) begins to write.
for (const mode of modes) {
  mode.labels[0]?.addEventListener("click", (event) => {
    if (event.target !== mode) setTimeout(() => mode.checked && write(areaOf(mode.dataset.composerMode)));
  });
}

function insert(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

document.addEventListener("click", async (event) => {
  const canned = event.target.closest?.("[data-canned]");
  if (!canned) return;
  event.preventDefault();
  const area = areaOf("reply");
  canned.closest("details").open = false;
  const answer = await fetch(canned.dataset.canned, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return (location.href = canned.href);
  write(area);
  insert(area, (area.value && !area.value.endsWith("\n") ? "\n\n" : "") + (await answer.text()));
});

// “@” in a note: the colleagues whose name begins so, chosen with the arrows and Enter.
const note = document.querySelector("#note textarea");
const boxes = [...document.querySelectorAll("#note [data-colleague]")];
const list = document.querySelector("[data-mention-list]");
let found = [];
let at = 0;

const begun = () => /(^|\s)@([\p{L}’'-]*(?: [\p{L}’'-]+)?)$/u.exec(note.value.slice(0, note.selectionStart));
const shut = () => {
  found = [];
  list.hidden = true;
  list.replaceChildren();
  note.removeAttribute("aria-activedescendant");
};

function draw() {
  list.replaceChildren(
    ...found.map((box, n) => {
      const item = document.createElement("li");
      item.id = `mention-${n}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(n === at));
      item.textContent = box.dataset.colleague;
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(box);
      });
      return item;
    }),
  );
  list.hidden = !found.length;
  if (found.length) note.setAttribute("aria-activedescendant", `mention-${at}`);
}

function choose(box) {
  const typed = begun();
  if (!typed) return shut();
  const end = note.selectionStart;
  box.checked = true;
  insert(note, `@${box.dataset.colleague} `, end - typed[2].length - 1, end);
  shut();
}

if (note && list) {
  Object.entries({ "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id }).forEach(([name, value]) => note.setAttribute(name, value));
  note.addEventListener("input", () => {
    const typed = begun();
    const words = typed?.[2].toLowerCase() ?? "";
    at = 0;
    found = typed ? boxes.filter((box) => box.dataset.colleague.toLowerCase().split(" ").some((_, n, all) => all.slice(n).join(" ").startsWith(words))).slice(0, 6) : [];
    // A name already written in full needs no list.
    if (found.length === 1 && found[0].dataset.colleague.toLowerCase() === words) found = [];
    draw();
  });
  note.addEventListener("blur", shut);
  note.addEventListener("keydown", (event) => {
    if (!found.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      choose(found[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      shut();
    }
  });
}
