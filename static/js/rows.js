// Keys of a list: / searches, j and k or the arrows walk the rows, Enter opens, x selects, ? tells the keys.
import { wireColumns } from "./columns.js";

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]";

export function wireRows() {
  sayRoles();
  wireColumns();
  phone.addEventListener("change", () => sayRoles());
  document.addEventListener("click", fold);
  document.addEventListener("input", tick);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.target.closest(typing)) return;
    const act = KEYS[event.key];
    if (act?.(event)) event.preventDefault();
  });
}

const KEYS = {
  "/": search,
  "?": tell,
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: (event) => isInRows(event) && walk(1),
  ArrowUp: (event) => isInRows(event) && walk(-1),
  x: pick,
  Enter: open,
};

// Where rows are laid out as cards, their roles are said explicitly: some readers judge tables by their looks.
// A figure then carries the head of its column, with its unit.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
const phone = matchMedia("(max-width: 575.98px)");

export function sayRoles(within = document) {
  if (!phone.matches) return;
  for (const table of within.querySelectorAll("table.cards-on-phone")) {
    table.setAttribute("role", ROLES.table);
    for (const part of table.querySelectorAll("thead, tbody, tfoot, tr, td")) part.setAttribute("role", ROLES[part.localName]);
    for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope.startsWith("row") ? "rowheader" : "columnheader");
    labelFigures(table);
  }
}

function labelFigures(table) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.textContent.replace(/[↑↓]/g, "").trim());
  for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
    const skipped = heads.length - row.cells.length;
    for (const cell of row.querySelectorAll("td.n, td.num")) {
      if (cell.textContent) cell.dataset.l ??= heads[cell.cellIndex + skipped] ?? "";
    }
  }
}

function rows() {
  return [...document.querySelectorAll("table[data-rows] tbody:not([data-folded]) > tr:not(.group), tbody[data-rows] > tr")];
}

function current() {
  return rows().find((row) => "at" in row.dataset);
}

function isInRows(event) {
  return Boolean(current()) && event.target.closest("[data-rows], body > *:not(main)") !== null && !event.target.closest("details[open], nav");
}

function search() {
  const field = document.querySelector("main input[type=search]");
  field?.focus();
  return Boolean(field);
}

function tell() {
  const dialog = document.getElementById("list-keys");
  dialog?.showModal();
  return Boolean(dialog);
}

function walk(step) {
  const all = rows();
  if (!all.length) return false;
  const now = all.indexOf(current());
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  all.forEach((row) => delete row.dataset.at);
  next.dataset.at = "";
  const link = next.querySelector("a");
  if (!link) next.tabIndex = -1;
  (link ?? next).focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function pick() {
  const box = current()?.querySelector("input[name=selected]");
  box?.click();
  return Boolean(box);
}

function open(event) {
  const link = current()?.querySelector("a");
  if (!link || event.target.closest("a, button, summary, input")) return false;
  link.click();
  return true;
}

// A group shuts and opens; on paper all are open.
function fold(event) {
  const button = event.target.closest("[data-fold]");
  if (!button) return;
  const body = button.closest("tbody");
  const shut = body.toggleAttribute("data-folded");
  button.setAttribute("aria-expanded", String(!shut));
}

// Whoever types a value for many rows means to change that field.
function tick(event) {
  const box = event.target.closest(".bulk-field")?.querySelector("input[name=set]");
  if (box && box !== event.target) box.checked = true;
}
