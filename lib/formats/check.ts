/** What callers give, checked: JavaScript and `any` may give anything. */
import { describe, OptionError } from "../errors.ts";
import { type AnyTensor, Tensor } from "../tensor/tensor.ts";

/** @param example what a file could be called @throws OptionError unless it is a text that names something */
export function checkPath(operation: string, path: string, example = "weights.safetensors"): void {
  if (typeof path === "string" && path !== "") return;
  throw new OptionError(operation, `the path is ${describe(path)}`, `give the name of a file, "${example}"`);
}

/** @throws OptionError unless they are bytes, made in whatever context: those of a notebook's cell are another's */
export function checkBytes(operation: string, bytes: unknown): void {
  if (Object.prototype.toString.call(bytes) === "[object Uint8Array]") return;
  throw new OptionError(operation, `it is given ${describe(bytes)}`, "give the file's bytes, a Uint8Array");
}

/**
 * Tensors as a list.
 *
 * @param reserved names that the format keeps for itself
 * @throws OptionError for what are no tensors by names, a reserved name, and a name that UTF-8 cannot write
 */
export function checkTensors(
  operation: string,
  tensors: Readonly<Record<string, AnyTensor>>,
  reserved: readonly string[],
): { name: string; tensor: AnyTensor }[] {
  const fix = "give tensors by name: { weights: ... }, or net.stateDict()";
  if (typeof tensors !== "object" || tensors === null || tensors instanceof Tensor || Symbol.iterator in tensors) {
    throw new OptionError(operation, `the tensors are ${describe(tensors)}`, fix);
  }
  return Object.entries(tensors).map(([name, tensor]) => {
    if (reserved.includes(name)) throw new OptionError(operation, `a tensor is called ${name}`, "give it another name");
    if (/\p{Surrogate}/u.test(name)) {
      const shown = JSON.stringify(name);
      throw new OptionError(operation, `the name ${shown} has half of a surrogate pair`, "give whole characters");
    }
    if (!(tensor instanceof Tensor)) {
      throw new OptionError(operation, `"${name}" is ${describe(tensor)}, not a tensor`, fix);
    }
    return { name, tensor };
  });
}
