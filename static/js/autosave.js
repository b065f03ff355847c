// A form with data-autosave="<url>" saves itself one second after the last change; what failed stays in the form.
// The answer is JSON {version, saved, parts}: `parts` are pieces of the page by id, made by the server; 409 and 422 leave the text alone and show the words of data-failed.
const PAUSE = 1000;

export function wireAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) wire(form);
}

function wire(form) {
  let timer = 0;
  let waiting = 0;
  let running = Promise.resolve();
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    waiting += 1;
    running = running.then(() => send(form)).then(() => (waiting -= 1));
  };
  const soon = () => {
    say(form, "saving");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("focusout", () => timer && save());
  // A save under way raises the version; the form must carry that one, or its sender would be refused as stale.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = 0;
    if (!waiting) return;
    event.preventDefault();
    running.then(() => form.requestSubmit(event.submitter));
  });
  addEventListener("pagehide", () => timer && save());
}

async function send(form) {
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
      keepalive: document.visibilityState === "hidden",
      headers: { Accept: "application/json" },
    });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (!response.ok) return say(form, "failed", answer.detail);
    const version = form.elements.namedItem("version");
    if (version && answer.version) version.value = answer.version;
    for (const [id, html] of Object.entries(answer.parts ?? {})) replace(id, html);
    say(form, "saved", answer.saved);
  } catch {
    say(form, "failed");
  }
}

function replace(id, html) {
  const place = document.getElementById(id);
  if (place && !place.contains(document.activeElement)) place.innerHTML = html;
}

function say(form, state, text) {
  const place = form.querySelector("[data-save-state]") ?? document.querySelector(`[data-save-state="${form.id}"]`);
  if (!place) return;
  place.dataset.state = state;
  place.textContent = text ?? place.dataset[state] ?? "";
}
