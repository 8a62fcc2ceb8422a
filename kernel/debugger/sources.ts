import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { RanFile } from "../protocol/debug.ts";
import { murmur2 } from "./murmur.ts";
import { Program } from "./program.ts";

/** By which front ends compute the path of a cell from its text; the seed is any number. */
export const hashSeed = 0xc70f6907;

/** Paths of cells: nothing is ever written there. */
export const pathPrefix = join(tmpdir(), `stridelab_${process.pid}`) + sep;
export const pathSuffix = ".ts";

/**
 * What can be debugged: cells, which front ends name by a hash of their text, so that one that runs twice is one source
 * with two programs; and files beside the notebook.
 */
export class Sources {
  readonly #programs = new Map<string, Program>();
  readonly #texts = new Map<string, string>();

  /** The path of a cell of that text, which may be asked for from now on. */
  dump(code: string): string {
    const path = pathPrefix + murmur2(code, hashSeed) + pathSuffix;
    this.#texts.set(path, code);
    return path;
  }

  add(file: RanFile): Program {
    const program =
      file.source === undefined
        ? new Program({ ...file, name: pathToFileURL(file.name).href }, file.title) // as Node tells V8's debugger
        : new Program(file, this.dump(file.source));
    this.#programs.set(program.name, program);
    return program;
  }

  /** The user's own code of that name, as V8 has it. */
  program(name: string): Program | undefined {
    return this.#programs.get(name);
  }

  at(path: string): Program[] {
    return [...this.#programs.values()].filter((program) => program.path === path);
  }

  /** Paths of the files beside the notebook that cells have imported. */
  files(): string[] {
    const paths = [...this.#programs.values()].flatMap(({ source, path }) => (source === undefined ? [path] : []));
    return [...new Set(paths)];
  }

  /** Undefined for what is neither a cell nor such a file. */
  async text(path: string): Promise<string | undefined> {
    const cell = this.#texts.get(path);
    if (cell !== undefined || !this.files().includes(path)) return cell;
    return readFile(path, "utf8").catch(() => undefined); // removed since
  }

  /**
   * Patterns of names for V8 to pass by: all but the user's own code, or Node and the kernel alone.
   *
   * @param packages whether to pass by packages, too
   */
  passedBy(packages: boolean): string[] {
    if (!packages) return ["^node:", `^${escaped(kernelFolder)}`];
    const files = [...this.#programs.values()].filter(({ source }) => source === undefined);
    return [`^(?!(?:${["cell:\\d+", ...files.map(({ name }) => escaped(name))].join("|")})$)`];
  }
}

const kernelFolder = new URL("..", import.meta.url).href;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
