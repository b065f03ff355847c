// Keys of a list: / searches, j and k walk the rows, Enter opens, x selects.
const typing = "input, textarea, select, [contenteditable], dialog[open]";

export function wireRows() {
  sayRoles();
  phone.addEventListener("change", () => sayRoles());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
    const act = { "/": search, j: () => walk(1), k: () => walk(-1), x: pick, Enter: open }[event.key];
    if (act?.(event)) event.preventDefault();
  });
}

// Where rows are laid out as cards, their roles are said explicitly: some readers judge tables by their looks.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
const phone = matchMedia("(max-width: 575.98px)");

export function sayRoles(within = document) {
  if (!phone.matches) return;
  for (const table of within.querySelectorAll("table.cards-on-phone")) {
    table.setAttribute("role", ROLES.table);
    for (const part of table.querySelectorAll("thead, tbody, tfoot, tr, td")) part.setAttribute("role", ROLES[part.localName]);
    for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
  }
}

function rows() {
  return [...document.querySelectorAll("[data-rows] > *")];
}

function current() {
  return rows().find((row) => "at" in row.dataset);
}

function search() {
  const field = document.querySelector("main input[type=search]");
  field?.focus();
  return Boolean(field);
}

function walk(step) {
  const all = rows();
  if (!all.length) return false;
  const now = all.indexOf(current());
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  all.forEach((row) => delete row.dataset.at);
  next.dataset.at = "";
  next.querySelector("a")?.focus();
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
  if (!link || event.target.closest("a, button, summary")) return false;
  link.click();
  return true;
}
