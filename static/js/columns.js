// The column chooser: dragged or moved by buttons; the order of the boxes is the order that the form sends.
export async function wireColumns() {
  const list = document.querySelector("[data-columns]");
  if (!list) return;
  list.closest("details").addEventListener("toggle", () => prepare(list), { once: true });
}

async function prepare(list) {
  for (const row of list.querySelectorAll("label")) row.append(steps(row, list));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("label"), Number(button.dataset.step));
    button.focus();
    send(list);
  });
  await import(new URL("../vendor/sortable.min.js", import.meta.url));
  window.Sortable.create(list, { draggable: "label", animation: 120, onEnd: () => send(list) });
}

function steps(row, list) {
  const place = document.createElement("span");
  place.className = "shifts";
  const name = row.textContent.trim();
  for (const [step, sign, words] of [[-1, "↑", list.dataset.left], [1, "↓", list.dataset.right]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.dataset.step = step;
    button.textContent = sign;
    button.setAttribute("aria-label", words.replace("{column}", name));
    place.append(button);
  }
  return place;
}

function move(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (other?.localName !== "label") return;
  if (step < 0) other.before(row);
  else other.after(row);
}

function send(list) {
  list.form.dispatchEvent(new Event("change", { bubbles: true }));
}
