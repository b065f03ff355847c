// A list whose order is sent with its form: rows are dragged, or moved by buttons that also work without scripts.
export async function wireOrder() {
  const list = document.querySelector("[data-order]");
  if (!list) return;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    move(list, button.closest("[data-row]"), Number(button.dataset.step));
    button.focus();
  });
  await import(new URL("../vendor/sortable.min.js", import.meta.url));
  window.Sortable.create(list, { draggable: "[data-row]", filter: "input, button", preventOnFilter: false, animation: 120 });
}

function move(list, row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
  const words = step < 0 ? list.dataset.up : list.dataset.down;
  list.parentElement.querySelector("[data-order-told]").textContent = words.replace("{name}", row.querySelector("b").textContent);
}
