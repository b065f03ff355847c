// Search or jump: opens with Ctrl K, is walked with the arrows, Tab leaps to the next group, Enter follows the line.
export function wirePalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
      dialog.dispatchEvent(new Event("pmo:opened"));
    }
  });
  dialog.addEventListener("pmo:opened", () => {
    input.select();
    input.focus();
    input.dispatchEvent(new Event("palette:open"));
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  // The best line is chosen as soon as it is there, so that Enter follows it.
  list.addEventListener("htmx:afterSwap", () => choose(list, input, hitsOf(list)[0]));
  input.addEventListener("keydown", (event) => {
    const next = { ArrowDown: () => step(list, 1), ArrowUp: () => step(list, -1), Tab: () => leap(list, event.shiftKey ? -1 : 1) }[event.key];
    if (next && hitsOf(list).length) {
      event.preventDefault();
      choose(list, input, next());
    }
    // A search field would only empty itself, and the palette would stay.
    if (event.key === "Escape") {
      event.preventDefault();
      dialog.close();
    }
    const chosen = chosenOf(list);
    if (event.key === "Enter" && chosen && !event.isComposing) {
      event.preventDefault();
      chosen.click();
    }
  });
}

const hitsOf = (list) => [...list.querySelectorAll(".hit")];
const chosenOf = (list) => list.querySelector(".hit[aria-selected=true]");

function step(list, by) {
  const hits = hitsOf(list);
  return hits.at((hits.indexOf(chosenOf(list)) + by + hits.length) % hits.length);
}

function leap(list, by) {
  const groups = [...list.querySelectorAll("[data-group]")];
  const now = groups.indexOf(chosenOf(list)?.closest("[data-group]"));
  return groups.at((now + by + groups.length) % groups.length).querySelector(".hit");
}

function choose(list, input, hit) {
  for (const each of hitsOf(list)) each.setAttribute("aria-selected", String(each === hit));
  if (hit) {
    input.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}
