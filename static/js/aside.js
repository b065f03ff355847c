// Explanations and help open in one dialog; without scripts the same links lead to pages.
const place = () => document.getElementById("aside");
let opener = null;

export function wireAside() {
  const dialog = place();
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.why, a[data-aside]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    opener = link.closest("dialog") ? opener : link;
    htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML", source: dialog });
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    opener?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.defaultPrevented || event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    document.querySelector("a.help-link")?.click();
  });
}

export function showAside(target) {
  if (target !== place() || !target.childElementCount) return;
  if (!target.open) target.showModal();
  target.querySelector(".aside-body")?.scrollTo(0, 0);
}
