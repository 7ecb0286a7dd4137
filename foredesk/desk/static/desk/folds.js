// What stands beside the conversation folds together where it would stand below it: there its summary is shown.
const folds = [...document.querySelectorAll("[data-fold]")];
let beside = true;

function fit() {
  const now = !folds.some((fold) => getComputedStyle(fold.querySelector("summary")).display !== "none");
  if (now === beside) return;
  beside = now;
  const asked = document.getElementById(location.hash.slice(1));
  for (const fold of folds) fold.open = beside || fold.contains(asked);
}

if (folds.length) {
  fit();
  new ResizeObserver(fit).observe(document.querySelector(".ticket"));
}
