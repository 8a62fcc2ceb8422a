import type TypeScript from "@tslab/typescript-for-tslab";

/** Whether something around `from` binds the name, so that it does not mean what another cell calls so. */
export function isBound(ts: typeof TypeScript, name: string, from: TypeScript.Node): boolean {
  for (let node = from; node !== undefined; node = node.parent) {
    const { locals } = node as { locals?: ReadonlyMap<string, unknown> };
    const own = (node as { name?: TypeScript.Node }).name; // a named function or class expression knows its own name
    if (locals?.has(name)) return true;
    if ((ts.isFunctionExpression(node) || ts.isClassExpression(node)) && own?.getText() === name) return true;
  }
  return false;
}
