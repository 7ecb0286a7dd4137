// Pictures and files pasted or dropped anywhere in a form with data-paste-files, shown as chips that can be taken away.
const SIZES = ["B", "kB", "MB", "GB"];

function sizeOf(bytes) {
  let step = 0;
  while (bytes >= 1000 && step < SIZES.length - 1) {
    bytes /= 1000;
    step += 1;
  }
  return `${bytes < 10 && step ? bytes.toFixed(1) : Math.round(bytes)} ${SIZES[step]}`;
}

const inputOf = (form) => form.querySelector('input[type="file"]');

function listOf(form) {
  let list = form.querySelector("[data-files]");
  if (!list) {
    list = document.createElement("ul");
    list.className = "files";
    list.dataset.files = "";
    (inputOf(form).closest("label, .field") ?? inputOf(form)).after(list);
  }
  return list;
}

function put(form, files) {
  const carrier = new DataTransfer();
  for (const file of files) carrier.items.add(file);
  inputOf(form).files = carrier.files;
  draw(form);
}

function draw(form) {
  const input = inputOf(form);
  const list = listOf(form);
  list.replaceChildren();
  [...input.files].forEach((file, at) => {
    const item = document.createElement("li");
    item.className = "file-chip";
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.onload = () => URL.revokeObjectURL(picture.src);
      item.append(picture);
    }
    const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
    const size = Object.assign(document.createElement("span"), { className: "file-size", textContent: sizeOf(file.size) });
    const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    away.setAttribute("aria-label", `${document.body.dataset.remove} ${file.name}`);
    away.addEventListener("click", () => {
      put(form, [...input.files].filter((_, other) => other !== at));
      (list.querySelector("button") ?? input).focus();
    });
    item.append(name, size, away);
    list.append(item);
  });
}

// A pasted screenshot is always called image.png: the moment tells two of them apart.
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const moment = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
  return new File([file], file.name.replace("image", `screenshot-${moment}`), { type: file.type });
}

function take(form, files) {
  if (!files.length || !inputOf(form)) return false;
  const input = inputOf(form);
  put(form, input.multiple ? [...input.files, ...[...files].map(named)] : [named(files[0])]);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("form[data-paste-files]");
  if (form && take(form, event.clipboardData?.files ?? [])) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-paste-files]");
  if (form && event.target === inputOf(form)) draw(form);
});

const carriesFiles = (event) => event.dataTransfer?.types?.includes("Files");
document.addEventListener("dragover", (event) => {
  const form = event.target.closest?.("form[data-paste-files]");
  for (const other of document.querySelectorAll(".dropping")) if (other !== form) other.classList.remove("dropping");
  if (!form || !carriesFiles(event)) return;
  event.preventDefault();
  form.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) for (const form of document.querySelectorAll(".dropping")) form.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  const form = event.target.closest?.("form[data-paste-files]");
  if (!form || !carriesFiles(event)) return;
  event.preventDefault();
  form.classList.remove("dropping");
  take(form, event.dataTransfer.files);
});
