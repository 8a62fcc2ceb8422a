import { afterEach, expect, test } from "vitest";
import { openWidget, type WidgetParts } from "../../../lib/display/widget.ts";

const host = globalThis as Record<symbol, unknown>;
const symbol = Symbol.for("Jupyter.widget");
const before = host[symbol];
afterEach(() => {
  if (before === undefined) delete host[symbol];
  else host[symbol] = before;
});

test("where no kernel has widgets there is none", () => {
  delete host[symbol];
  expect(openWidget({ state: {}, esm: "" })).toBeNull();
});

test("a widget's text is dark on the white that VS Code lays it on, unless its own style sheet says otherwise", () => {
  const made: WidgetParts<object>[] = [];
  host[symbol] = (parts: WidgetParts<object>) => made.push(parts);
  openWidget({ state: { a: 1 }, esm: "export default {}" });
  openWidget({ state: { a: 1 }, esm: "export default {}", css: ".own {}" });
  const ground = made[0]!.css!;
  // The class is VS Code's; of what a dark theme has, text is too light for white, and controls are made for dark.
  expect(ground).toMatch(/^\.cell-output-ipywidget-background \{ color: #[0-3][0-9a-f]{5}; color-scheme: light; \}/);
  expect(made[1]).toEqual({ state: { a: 1 }, esm: "export default {}", css: `${ground}.own {}` });
});
