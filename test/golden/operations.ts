import type { Run } from "./given.ts";
import { activations } from "./operations-activation.ts";
import { losses } from "./operations-loss.ts";
import { norms } from "./operations-norm.ts";
import { pointwise } from "./operations-pointwise.ts";
import { shapes } from "./operations-shape.ts";
import { windows } from "./operations-window.ts";

const operations: Readonly<Record<string, Run>> = {
  ...windows,
  ...norms,
  ...activations,
  ...losses,
  ...pointwise,
  ...shapes,
};

const bare = (name: string): string => name.replaceAll("_", "").replace(/loss$/, "");

const byBareName = new Map(Object.entries(operations).map(([name, run]) => [bare(name), run]));

/**
 * The operation that a case names as PyTorch's functions or modules are called: `nn.functional.mse_loss`, `mse` or
 * `MSELoss`, also with a second name in parentheses, `unfold(im2col)`.
 */
export function operationOf(name: string): Run | undefined {
  const [first = ""] = name
    .toLowerCase()
    .replace(/^(torch\.)?((nn\.functional|nn|f)\.)?/, "")
    .split("(");
  return operations[name] ?? byBareName.get(bare(first));
}
