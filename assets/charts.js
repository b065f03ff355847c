// Turns a chart that the server drew into a live one: the same specification, interpreted without eval.
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";

// A specification carries its data: it never reaches for another address.
const sealed = {
  load: () => Promise.reject(new Error("A chart loads nothing.")),
  sanitize: () => Promise.reject(new Error("A chart links nowhere.")),
};

export async function upgrade(figure) {
  const response = await fetch(figure.dataset.vega, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const runtime = parse(await response.json(), null, { ast: true });
  const stage = document.createElement("div");
  const view = new View(runtime, {
    expr: expressionInterpreter,
    renderer: "svg",
    hover: true,
    loader: sealed,
    container: stage,
  });
  await view.runAsync();
  adopt(figure, stage);
}

function adopt(figure, stage) {
  const printed = figure.querySelector("svg:not(.icon)");
  const live = stage.querySelector("svg");
  if (!printed || !live) return;
  for (const name of ["class", "role", "aria-label", "aria-labelledby", "aria-describedby"]) {
    if (printed.hasAttribute(name)) live.setAttribute(name, printed.getAttribute(name));
  }
  stage.className = "chart-stage";
  printed.replaceWith(stage);
  figure.dataset.live = "true";
}
