import { dirname, join } from "node:path";

/** Modules of Node that few notebooks use, whose types are a sixth of all of them: in memory, and in the time to start. */
const seldomUsed = ["cluster", "http2", "inspector", "repl", "test"];

/** A name of one, in quotes, as an import has it. */
const mention = new RegExp(`(["'\`])(?:node:)?(${seldomUsed.join("|")})(?:/\\w+)?\\1`, "g");

const reference = /^\/\/\/ <reference path="(.+)" \/>.*$/gm;

/** Node's declarations, of which the seldom used ones join a program when something names them. */
export class NodeTypes {
  /** Their files, by the module's name. */
  readonly #files = new Map<string, string>();

  /** The index of Node's declarations, which refers to all others, without references to these. */
  withoutSeldomUsed(index: string, text: string): string {
    return text.replace(reference, (whole, path: string) => {
      const name = seldomUsed.find((module) => new RegExp(`(?:^|/)${module}(?:\\.generated)?\\.d\\.ts$`).test(path));
      if (name === undefined) return whole;
      this.#files.set(name, join(dirname(index), path).replaceAll("\\", "/"));
      return "";
    });
  }

  /** The declarations of those that a text names. */
  mentionedIn(text: string): string[] {
    return [...text.matchAll(mention)].flatMap(([, , name = ""]) => this.#files.get(name) ?? []);
  }
}
