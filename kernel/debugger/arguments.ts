import { shown } from "../protocol/shown.ts";

/** A request that cannot be answered as it is; its message is the reply. */
export class BadDebugRequest extends Error {
  override readonly name = "BadDebugRequest";
}

/** What a request says, of which nothing is believed: each getter checks its type. */
export class RequestArguments {
  readonly #command: string;
  readonly #values: Record<string, unknown>;

  constructor(command: string, values: unknown) {
    this.#command = command;
    this.#values = typeof values === "object" && values !== null ? { ...values } : {};
  }

  text(name: string): string {
    const value = this.#values[name];
    return typeof value === "string" ? value : this.#refuse(name, "a text", value);
  }

  number(name: string): number {
    const value = this.#values[name];
    return typeof value === "number" ? value : this.#refuse(name, "a number", value);
  }

  optionalNumber(name: string): number | undefined {
    return this.#values[name] === undefined || this.#values[name] === null ? undefined : this.number(name);
  }

  optionalText(name: string): string | undefined {
    return this.#values[name] === undefined || this.#values[name] === null ? undefined : this.text(name);
  }

  /** Without it, none. */
  list(name: string): RequestArguments[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) return this.#refuse(name, "a list", value);
    return value.map((each) => new RequestArguments(`${this.#command}: ${name}`, each));
  }

  /** Without it, none. */
  texts(name: string): string[] {
    const value: unknown = this.#values[name] ?? [];
    if (Array.isArray(value) && value.every((each): each is string => typeof each === "string")) return value;
    return this.#refuse(name, "a list of texts", value);
  }

  part(name: string): RequestArguments {
    return new RequestArguments(`${this.#command}: ${name}`, this.#values[name]);
  }

  #refuse(name: string, wanted: string, value: unknown): never {
    throw new BadDebugRequest(`${this.#command}: "${name}" should be ${wanted}, but is ${shown(value)}`);
  }
}
