import type { Declared } from "./declared.ts";

/** Where a name that later cells see was last declared. */
interface Owner {
  /** The cell's file, as its neighbours import it. */
  module: string;
  /** What was shown is the module's default export. */
  isShown: boolean;
  declared: Declared;
}

/** Survives a structured clone. */
export interface ScopeState {
  values: ReadonlyMap<string, Owner>;
  types: ReadonlyMap<string, Owner>;
}

/** By which later cells know the result that was shown last. */
export const shownName = "_";

const shown: Declared = {
  name: shownName,
  form: "const",
  value: true,
  type: false,
  ambient: false,
  exported: false,
};

/**
 * The names of all cells so far. Each cell is a module of its own; the names of earlier cells that it uses are brought in
 * by generated text behind its last line, where it moves none of the cell's own positions.
 */
export class Scope {
  readonly #values = new Map<string, Owner>();
  readonly #types = new Map<string, Owner>();

  /** @param reached values that exist, all of them or those a cell came to before it threw; types always do */
  adopt(module: string, names: Declared[], reached: "all" | ReadonlySet<string>): void {
    for (const declared of names) {
      const { name, value, type } = declared;
      if (value && reached !== "all" && !reached.has(name) && !declared.ambient) continue;
      const owner = { module, declared, isShown: false };
      if (value) {
        this.#values.set(name, owner);
        // A class or enum is gone as a type too once its name is another value's; an interface stays.
        if (this.#types.get(name)?.declared.value === true) this.#types.delete(name);
      }
      if (type) this.#types.set(name, owner);
    }
  }

  state(): ScopeState {
    return { values: this.#values, types: this.#types };
  }

  restore({ values, types }: ScopeState): void {
    for (const [name, owner] of values) this.#values.set(name, owner);
    for (const [name, owner] of types) this.#types.set(name, owner);
  }

  /** Whether the name's value was defined elsewhere, by `declare`. */
  isAmbient(name: string): boolean {
    return this.#values.get(name)?.declared.ambient ?? false;
  }

  names(): Set<string> {
    return new Set([...this.#values.keys(), ...this.#types.keys()]);
  }

  /** Whether the name of the last result is free: a user who declares it keeps it. */
  mayShow(own: readonly Declared[]): boolean {
    const owner = this.#values.get(shownName);
    return (owner === undefined || owner.isShown) && !own.some(({ name }) => name === shownName);
  }

  /** @param module its default export is what was shown */
  show(module: string): void {
    this.#values.set(shownName, { module, declared: shown, isShown: true });
  }

  /** A name that the cell gives to a value still is an earlier interface's, but no more an earlier class's. */
  #typeBeside(hidesValue: boolean, name: string): Owner | undefined {
    const owner = this.#types.get(name);
    return hidesValue && owner?.declared.value === true ? undefined : owner;
  }

  /**
   * Declarations that give a cell the earlier names it uses, and later cells the names it declares.
   *
   * @param used names that occur in the cell, whatever they mean there
   */
  epilogue(used: Iterable<string>, own: Declared[]): string {
    const declaredHere = new Map(own.map((declared) => [declared.name, declared]));
    const imports = new Map<string, string[]>();
    const variables: string[] = [];
    for (const name of used) {
      const here = declaredHere.get(name);
      const value = here?.value === true ? undefined : this.#values.get(name);
      const type = here?.type === true ? undefined : this.#typeBeside(here?.value === true, name);
      // A variable is declared rather than imported: an import could not be assigned to.
      const isVariable = value?.declared.form !== "declaration" || type !== undefined;
      const asVariable = value !== undefined && value !== type && isVariable;
      if (asVariable) {
        const keyword = value.declared.form === "let" ? "let" : "const";
        const exported = value.isShown ? "default" : name;
        variables.push(`declare ${keyword} ${name}: typeof import("${value.module}").${exported};`);
      }
      const imported = type ?? (asVariable ? undefined : value);
      if (imported === undefined) continue;
      const names = imports.get(imported.module);
      if (names === undefined) imports.set(imported.module, [name]);
      else names.push(name);
    }
    const brought = [...imports].map(([module, names]) => `import { ${names.join(", ")} } from "${module}";`);
    const exported = own.filter((declared) => !declared.exported).map(({ name }) => name);
    return `\n;${brought.join("")}${variables.join("")}export { ${exported.join(", ")} };`;
  }
}
