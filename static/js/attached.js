// Files and comments: suggestions after an @, drafts that outlive errors and sign-ins, files refused before they travel.
const box = "textarea[data-comment]";
const DELAY = 150;
let asked = 0;

export function wireAttached() {
  document.addEventListener("input", (event) => {
    if (!event.target.matches(box)) return;
    keep(event.target);
    suggest(event.target);
  });
  document.addEventListener("keydown", steer, true);
  document.addEventListener("focusout", (event) => event.target.matches?.(box) && setTimeout(close, DELAY));
  document.addEventListener("htmx:beforeOnLoad", (event) => sent(event.detail));
  document.addEventListener("htmx:afterSwap", (event) => bringBack(event.detail.target.parentElement ?? document));
  document.addEventListener("change", (event) => event.target.matches("[data-upload] input[type=file]") && weigh(event.target));
  wireDrops();
  bringBack(document);
}

// --- drafts: kept for this tab only, until they are sent
const place = (area) => area.form?.dataset.say && `pmo:say:${area.form.dataset.say}`;

function keep(area) {
  const key = place(area);
  if (!key) return;
  if (area.value.trim()) sessionStorage.setItem(key, area.value);
  else sessionStorage.removeItem(key);
}

// Before the answer is drawn, or the draft would come back into the empty form.
function sent({ elt, xhr }) {
  const key = elt.dataset?.say && `pmo:say:${elt.dataset.say}`;
  if (key && xhr.status === 200 && !xhr.getResponseHeader("HX-Redirect")) sessionStorage.removeItem(key);
}

function bringBack(within) {
  for (const area of within.querySelectorAll(box)) {
    const kept = place(area) && sessionStorage.getItem(place(area));
    if (!kept || area.value) continue;
    area.value = kept;
    const answer = area.closest("details.answer");
    if (answer) answer.open = true;
  }
}

// --- mentions
function suggest(area) {
  const word = area.value.slice(0, area.selectionStart).match(/(?:^|[\s(])@([\p{L}\p{N}_.-]{0,40})$/u);
  if (!word) return close();
  const people = area.closest("[data-people]")?.dataset.people;
  if (!people) return;
  const turn = ++asked;
  setTimeout(async () => {
    if (turn !== asked) return;
    const answer = await fetch(`${people}?${new URLSearchParams({ q: word[1] })}`, { credentials: "same-origin" }).catch(() => null);
    if (turn === asked && answer?.ok) show(area, await answer.text());
  }, DELAY);
}

function show(area, html) {
  close(false);
  const list = document.createElement("ul");
  Object.assign(list, { className: "mentions", id: "mentions", innerHTML: html });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.closest("[data-people]").dataset.peopleLabel);
  area.after(list);
  area.setAttribute("aria-controls", "mentions");
  area.setAttribute("aria-autocomplete", "list");
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-name]");
    if (option) take(area, option);
  });
  mark(area, list.querySelector("[data-name]"));
}

function close(forget = true) {
  if (forget) asked += 1;
  const list = document.getElementById("mentions");
  const area = list?.previousElementSibling;
  area?.removeAttribute("aria-activedescendant");
  area?.removeAttribute("aria-controls");
  list?.remove();
}

function mark(area, option) {
  if (!option) return;
  for (const each of option.parentElement.children) each.setAttribute("aria-selected", String(each === option));
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(area, option) {
  const end = area.selectionStart;
  const start = area.value.lastIndexOf("@", end - 1);
  area.setRangeText(`@${option.dataset.name} `, start, end, "end");
  close();
  keep(area);
}

function steer(event) {
  const area = event.target;
  if (!area.matches?.(box)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return area.form.requestSubmit();
  const list = document.getElementById("mentions");
  const options = [...(list?.querySelectorAll("[data-name]") ?? [])];
  if (!list) return;
  const now = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const acts = {
    ArrowDown: () => mark(area, options[(now + 1) % options.length]),
    ArrowUp: () => mark(area, options[(now - 1 + options.length) % options.length]),
    Enter: () => options[now] && take(area, options[now]),
    Tab: () => options[now] && take(area, options[now]),
    Escape: () => close(),
  };
  if (!acts[event.key] || (event.key !== "Escape" && !options.length)) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
}

// --- files
function weigh(input) {
  const heavy = [...input.files].some((file) => file.size > Number(input.dataset.most));
  input.setCustomValidity(heavy ? input.dataset.tooLarge : "");
  if (heavy) {
    input.reportValidity();
    input.value = "";
    input.setCustomValidity("");
  }
}

function wireDrops() {
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const form = event.target.closest?.("[data-upload]");
      if (!form) return;
      event.preventDefault();
      form.toggleAttribute("data-over", name === "dragover");
      const input = form.querySelector("input[type=file]");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      weigh(input);
    });
  }
}
