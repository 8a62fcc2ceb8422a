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

/**
 * The operation that a case names, as PyTorch's functions are called: also with `nn.functional.` before it, with `_loss`
 * behind it or without, or with a second name in parentheses, `unfold(im2col)`.
 */
export function operationOf(name: string): Run | undefined {
  const [bare = ""] = name
    .toLowerCase()
    .replace(/^(torch\.)?((nn\.functional|nn|f)\.)?/, "")
    .split("(");
  return operations[name] ?? operations[bare] ?? operations[bare.replace(/_loss$/, "")];
}
