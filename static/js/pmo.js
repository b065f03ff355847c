// Behaviour of the page kit: one listener per kind of event, wired by data attributes. Every page works without it.
import { showAside, wireAside } from "./aside.js";
import { wireAttached } from "./attached.js";
import { wireAutosave } from "./autosave.js";
import { wireOrder } from "./order.js";
import { wirePalette } from "./palette.js";
import { sayRoles, wireRows } from "./rows.js";

const root = document.documentElement;

// The only place that knows htmx's event names.
const swapped = (listener) => document.addEventListener("htmx:afterSwap", (event) => listener(event.detail.target));
const failed = (listener) => ["htmx:sendError", "htmx:responseError"].forEach((name) => document.addEventListener(name, listener));

const clicks = {
  open(button, event) {
    const dialog = document.getElementById(button.dataset.open);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
    dialog.dispatchEvent(new Event("pmo:opened"));
  },
  close(button) {
    button.closest("dialog")?.close();
  },
  dismiss(button) {
    button.closest(button.dataset.dismiss)?.remove();
  },
  checkAll(button, event) {
    event.preventDefault();
    const boxes = button.closest("section").querySelectorAll(`input[name="${button.dataset.checkAll}"]`);
    boxes.forEach((box) => (box.checked = true));
    button.form?.dispatchEvent(new Event("input", { bubbles: true }));
  },
  selectAll(box) {
    for (const each of document.querySelectorAll("input[name=selected]")) each.checked = box.checked;
    countSelected();
  },
};

document.addEventListener("click", (event) => {
  for (const [name, act] of Object.entries(clicks)) {
    const attribute = `[data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
    const found = event.target.closest(attribute);
    if (found) act(found, event);
  }
  if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
  closeMenus(event.target);
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.target.matches("[data-theme-form]") && event.submitter) setTheme(event);
}, true);

document.addEventListener("change", (event) => {
  if (event.target.matches("input[name=selected]")) countSelected();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

function closeMenus(target) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu.contains(target)) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held && !target) menu.querySelector("summary").focus();
  }
}

function countSelected() {
  const boxes = [...document.querySelectorAll("input[name=selected]")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-selected-count]")) {
    place.dataset.words ??= place.textContent;
    place.textContent = `${place.dataset.words}: ${chosen}`;
  }
  const all = document.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

// The choice shows at once and is saved on the user; without scripts the form does the same with a reload.
function setTheme(event) {
  event.preventDefault();
  const theme = event.submitter.value;
  root.dataset.theme = theme;
  if (theme !== "auto") root.dataset.bsTheme = theme;
  dispatchEvent(new Event("pmo:theme"));
  for (const button of event.target.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const body = new FormData(event.target, event.submitter);
  body.append("quiet", "1");
  fetch(event.target.action, { method: "POST", body, credentials: "same-origin" });
}

function focusFirstProblem(within) {
  const place = within.querySelector?.("[data-focus-first]") ?? within.querySelector?.("[aria-invalid=true]");
  place?.focus();
}

// The row whose preview is shown stays marked.
document.addEventListener("click", (event) => {
  const row = event.target.closest(".wi .t")?.closest(".wi");
  if (!row) return;
  document.querySelectorAll(".wi[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  row.setAttribute("aria-current", "true");
});

swapped((target) => {
  countSelected();
  sayRoles();
  focusFirstProblem(target);
  letGo(target);
  upgradeCharts(target);
  showAside(target);
});

failed(() => {
  const toasts = document.getElementById("toasts");
  const template = document.getElementById("offline");
  if (toasts && template) toasts.append(template.content.cloneNode(true));
});

// A live chart replaces the printed one only when it comes into view.
function upgradeCharts(within) {
  const figures = within.querySelectorAll?.("[data-vega]") ?? [];
  if (!figures.length) return;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      seen.unobserve(entry.target);
      import(new URL("../vendor/charts.min.js", import.meta.url)).then((charts) => charts.upgrade(entry.target)).catch(() => {});
    }
  });
  figures.forEach((figure) => seen.observe(figure));
}

// Good news leaves by itself; what went wrong stays until somebody has read it.
function letGo(within) {
  for (const notice of within.querySelectorAll?.(".notice-success, .notice-info") ?? []) {
    setTimeout(() => notice.matches(":hover, :focus-within") || notice.remove(), 8000);
  }
}

wirePalette();
wireRows();
wireAutosave();
wireAside();
wireAttached();
wireOrder();
focusFirstProblem(document);
letGo(document);
upgradeCharts(document);
root.dataset.ready = "";
