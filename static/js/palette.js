// Search or jump: opens with Ctrl K, is walked with the arrows, and follows the chosen line.
export function wirePalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
      dialog.dispatchEvent(new Event("pmo:opened"));
    }
  });
  dialog.addEventListener("pmo:opened", () => {
    input.value = "";
    input.focus();
    input.dispatchEvent(new Event("palette:open"));
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(dialog, input, step);
    }
    const chosen = dialog.querySelector(".hit[aria-selected=true]");
    if (event.key === "Enter" && chosen) {
      event.preventDefault();
      chosen.click();
    }
  });
}

function choose(dialog, input, step) {
  const hits = [...dialog.querySelectorAll(".hit")];
  if (!hits.length) return;
  const now = hits.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  const next = hits[(now + step + hits.length) % hits.length] ?? hits[0];
  hits.forEach((hit, place) => {
    hit.id ||= `hit-${place}`;
    hit.setAttribute("aria-selected", String(hit === next));
  });
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
