// Keys of My work: j and k walk and show the preview, a acts, c comments, r returns, s snoozes, ? tells the keys.
const typing = "input, textarea, select, [contenteditable], dialog[open]";
const preview = () => document.getElementById("preview");

const acts = {
  a: () => press("a") || press("Enter"),
  c: () => press("c") || press("Enter"),
  r: () => press("r"),
  s: () => snooze(),
  "?": () => document.getElementById("work-keys")?.showModal() ?? true,
};

function press(key) {
  const target = preview()?.querySelector(`[data-key="${key}"]`);
  target?.click();
  return Boolean(target);
}

function snooze() {
  const opened = press("s");
  preview()?.querySelector(".snooze[open] button")?.focus();
  return opened;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
  if (acts[event.key]?.()) event.preventDefault();
});

// Walking the rows shows the preview of the row that is reached.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-item]");
  if (!row || !("at" in row.dataset) || event.target !== row.querySelector(".t")) return;
  if (!row.querySelector("[aria-current]")) event.target.click();
});
