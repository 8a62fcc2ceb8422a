import type { Runtime } from "node:inspector";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { MimeBundle } from "../protocol/contents.ts";
import { type DebugView, debugView } from "../protocol/debug.ts";
import { BadDebugRequest } from "./arguments.ts";
import type { Inspector } from "./inspector.ts";

export type RemoteValue = Runtime.RemoteObject;

/** A value with its name, and the expression that it is the value of, if there is one. */
export interface Named {
  name: string;
  value: RemoteValue;
  expression?: string | undefined;
  /** What is said in place of a value that only code would tell. */
  words?: string;
}

/** Elements that a collection shows at once; a larger one is folded into ranges of them. */
const page = 100;

/** Properties of one object: more are nobody's to read, and a front end lists them all. */
const mostProperties = 1000;

/** All that is given out belongs to it, so that V8 can let go of it. */
const objectGroup = "debugger";

/** Milliseconds after which an expression that does not end is broken off. */
const patience = 5000;

/** What to ask of V8 for an expression of the user's, so that it neither stops nor holds the thread itself. */
export const limited = <P extends object>(asked: P): P => ({ ...asked, silent: true, objectGroup, timeout: patience });

/**
 * Values of the main thread as a front end unfolds them: by numbers, each for the inside of one value, valid until the
 * thread goes on.
 */
export class Values {
  readonly #inspector: Inspector;
  readonly #insides = new Map<number, () => Promise<DebugProtocol.Variable[]>>();
  #lastReference = 0;
  #view: Promise<string> | undefined;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /** Numbers given out so far mean nothing any more. */
  async forget(): Promise<void> {
    this.#insides.clear();
    await this.#inspector.post("Runtime.releaseObjectGroup", { objectGroup });
  }

  /** A number for what `read` lists. */
  reference(read: () => Promise<Named[]>): number {
    return this.#inside(async () => this.describe(await read()));
  }

  list(reference: number): Promise<DebugProtocol.Variable[]> {
    const inside = this.#insides.get(reference);
    if (inside === undefined) throw new BadDebugRequest(`variables: there is nothing behind ${reference} any more`);
    return inside();
  }

  /** No types: front ends show them in the place of what the value is. */
  async describe(values: readonly Named[]): Promise<DebugProtocol.Variable[]> {
    const lines = await this.lines(values.map(({ value }) => value));
    return values.map(({ name, value, expression, words }, i) => ({
      name,
      value: words ?? lines[i] ?? "",
      variablesReference: this.unfolding(value, expression),
      ...(expression === undefined ? {} : { evaluateName: expression }),
    }));
  }

  /** Each value in a line. */
  lines(values: readonly RemoteValue[]): Promise<string[]> {
    return this.ask("lines", values);
  }

  /** The number for a value's inside; 0 for one that has none. */
  unfolding(value: RemoteValue, expression?: string): number {
    const { type, subtype, objectId } = value;
    if (type !== "object" || subtype === "null" || objectId === undefined) return 0;
    return this.#inside(() => this.#insideOf(value, objectId, expression));
  }

  /** A value as a cell would show it. A thread that is held settles no promise, so one that draws itself later is told in words. */
  async bundle(value: RemoteValue, isHeld: boolean): Promise<MimeBundle> {
    const bundle = await this.ask("bundle", [value], !isHeld);
    if (Object.keys(bundle).length > 0) return bundle;
    return { "text/plain": (await this.lines([value]))[0] };
  }

  /** Calls a function of the session's view, and copies what it returns. */
  async ask<M extends keyof Omit<DebugView, "cells">>(
    method: M,
    values: readonly RemoteValue[],
    awaitPromise = false,
  ): Promise<Awaited<ReturnType<DebugView[M]>>> {
    const { value } = await this.#call(method, values.map(asArgument), { returnByValue: true, awaitPromise });
    return value as Awaited<ReturnType<DebugView[M]>>;
  }

  /** The values of all cells. */
  async ofCells(): Promise<Named[]> {
    const { objectId } = await this.#call("values", []);
    const named = await this.properties(objectId as string);
    return named.filter(({ name, value }) => !(name.startsWith("tsLastExpr") || value.type === "undefined"));
  }

  /** The own properties of an object of the main thread, hidden ones too. */
  async properties(objectId: string, expression?: string): Promise<Named[]> {
    const { result, privateProperties = [] } = (await this.#inspector.post("Runtime.getProperties", {
      objectId,
      ownProperties: true,
    })) as Runtime.GetPropertiesReturnType & { privateProperties?: Property[] };
    const all: Property[] = [...result.filter(({ name }) => name !== "__proto__"), ...privateProperties];
    return all.slice(0, mostProperties).map(({ name, value, get, set }) => ({
      name,
      value: value ?? { type: "undefined" },
      ...(value === undefined ? { words: get ? "(getter)" : set ? "(setter)" : "(no value yet)" } : {}),
      expression: name.startsWith("#") ? undefined : memberOf(expression, name),
    }));
  }

  async #insideOf(value: RemoteValue, objectId: string, expression?: string): Promise<DebugProtocol.Variable[]> {
    const size = await this.ask("size", [value]);
    if (size === undefined) return this.describe(await this.properties(objectId, expression));
    return this.#elements(value, 0, size, expression);
  }

  async #elements(value: RemoteValue, start: number, end: number, of?: string): Promise<DebugProtocol.Variable[]> {
    if (end - start <= page) {
      const bounds = [start, end].map((bound): RemoteValue => ({ type: "number", value: bound }));
      const { objectId } = await this.#call("elements", [value, ...bounds].map(asArgument));
      const listed = (await this.properties(objectId as string)).filter(({ name }) => name !== "length");
      const isIndexed = value.subtype === "array" || value.subtype === "typedarray";
      const named: Named[] = [];
      for (let i = 0; i + 1 < listed.length; i += 2) {
        const name = String(listed[i]?.value.value);
        const element = listed[i + 1]?.value as RemoteValue;
        named.push({ name, value: element, expression: isIndexed ? memberOf(of, name) : undefined });
      }
      return this.describe(named);
    }
    let width = page;
    while ((end - start) / width > page) width *= page;
    const ranges: DebugProtocol.Variable[] = [];
    for (let from = start; from < end; from += width) {
      const to = Math.min(from + width, end);
      const variablesReference = this.#inside(() => this.#elements(value, from, to, of));
      ranges.push({ name: `[${from} … ${to - 1}]`, value: "", variablesReference });
    }
    return ranges;
  }

  #inside(read: () => Promise<DebugProtocol.Variable[]>): number {
    this.#insides.set(++this.#lastReference, read);
    return this.#lastReference;
  }

  async #call(
    method: keyof DebugView,
    values: Runtime.CallArgument[],
    how: { returnByValue?: boolean; awaitPromise?: boolean } = {},
  ): Promise<RemoteValue> {
    this.#view ??= this.#findView();
    const { result, exceptionDetails } = await this.#inspector.post("Runtime.callFunctionOn", {
      functionDeclaration: `function (...values) { return this.${method}(...values); }`,
      objectId: await this.#view,
      arguments: values,
      ...how,
      silent: true,
      objectGroup,
    });
    if (exceptionDetails !== undefined) throw new BadDebugRequest(messageOf(exceptionDetails));
    return result;
  }

  async #findView(): Promise<string> {
    const { result } = await this.#inspector.post("Runtime.evaluate", { expression: debugView, silent: true });
    return result.objectId as string;
  }
}

interface Property {
  name: string;
  value?: RemoteValue | undefined;
  get?: RemoteValue | undefined;
  set?: RemoteValue | undefined;
}

const asArgument = ({ objectId, unserializableValue, value }: RemoteValue): Runtime.CallArgument => {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
};

/** What was thrown, in V8's words, without its stack. */
export const messageOf = ({ exception, text }: Runtime.ExceptionDetails): string =>
  (exception?.description ?? String(exception?.value ?? text)).split("\n    at ")[0] ?? text;

function memberOf(expression: string | undefined, name: string): string | undefined {
  if (expression === undefined) return undefined;
  if (/^\d+$/.test(name)) return `${expression}[${name}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `${expression}.${name}`
    : `${expression}[${JSON.stringify(name)}]`;
}
