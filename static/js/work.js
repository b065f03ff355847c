// Keys of My work: j and k walk and show the preview, a acts, c comments, r returns, s snoozes, ? tells the keys.
const typing = "input, textarea, select, [contenteditable], dialog[open]";
const preview = () => document.getElementById("preview");

const acts = {
  j: () => walk(1),
  k: () => walk(-1),
  a: () => press("a") || press("Enter"),
  c: () => press("c") || press("Enter"),
  r: () => press("r"),
  s: () => snooze(),
  "?": () => document.getElementById("work-keys")?.showModal() ?? true,
};

// The row that is reached shows its preview; rows in a closed fold are passed over.
function walk(step) {
  const rows = [...document.querySelectorAll("[data-item]")].filter((row) => row.offsetParent);
  const now = rows.findIndex((row) => row.querySelector("[aria-current]"));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)]?.querySelector(".t");
  next?.focus();
  if (next && rows[now]?.querySelector(".t") !== next) next.click();
  return Boolean(next);
}

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

// On a phone the preview stands above the list, only once it is asked for, and comes into view.
document.addEventListener("htmx:afterSwap", (event) => {
  const aside = event.detail.target.id === "preview" && preview()?.closest("aside");
  if (!aside) return;
  aside.classList.add("asked");
  if (getComputedStyle(aside).order === "-1") aside.scrollIntoView();
});
