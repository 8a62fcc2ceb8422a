import { readFileSync } from "node:fs";
import { join } from "node:path";
import { languageDefaults, settingProblem } from "../language/settings.ts";

/** The file beside a notebook that its kernel reads when it starts. */
export const settingsFile = "stridelab.json";

/** What a kernel is set to. */
export interface KernelSettings {
  /** What is the compiler's, as a cell would write it: `typeErrors=warn strict=off`; empty for the defaults. */
  language: string;
  /** Whether cells show what Node warns of. */
  warnings: boolean;
  /** How many threads compute; undefined for as many as there are cores. */
  threads: number | undefined;
  /** Bytes that the kernel's process may take; undefined for what the machine has. */
  memory: number | undefined;
  /** Characters that a cell may print; undefined for any number. */
  output: number | undefined;
}

/** A setting's value, as written, and who has set it. */
export interface Origin {
  value: string;
  /** `stridelab.json`, `the kernel's arguments`, `default`. */
  from: string;
}

export interface FoundSettings {
  settings: KernelSettings;
  /** Every setting by name, those nobody has set too. */
  origins: Map<string, Origin>;
  /** What is wrong, in words; all that is passed over, as no setting is worth a kernel that does not start. */
  problems: string[];
}

/** What a value means; undefined if it means nothing. */
type Reader = (value: string) => Partial<KernelSettings> | undefined;

interface Own {
  standard: string;
  /** What may be said, for those who have said something else. */
  values: string;
  read: Reader;
}

const mostThreads = 256;

/** Bytes. The kernel itself takes half of them, and there would be no cell that it lets run. */
const leastMemory = 500e6;

const own: Record<string, Own> = {
  warnings: {
    standard: "on",
    values: "on or off",
    read: (value) => (value === "on" || value === "off" ? { warnings: value === "on" } : undefined),
  },
  threads: {
    standard: "one a core",
    values: `a whole number from 1 to ${mostThreads}`,
    read: (value) => {
      const threads = /^\d+$/.test(value) ? Number(value) : 0;
      return threads >= 1 && threads <= mostThreads ? { threads } : undefined;
    },
  },
  memory: {
    standard: "what there is",
    values: "a size from 500MB on, such as 4GB",
    read: sized("memory", leastMemory),
  },
  output: { standard: "any amount", values: "a size such as 10MB", read: sized("output", 1) },
};

/**
 * The settings of a kernel: what the file beside the notebook says, else what the arguments of `start` say, else the
 * defaults. Cells change those of the compiler from there on.
 *
 * @param folder the notebook's; without it, the file is nobody's
 * @param words the arguments, `name=value`
 */
export function findSettings(folder: string | undefined, words: readonly string[]): FoundSettings {
  const found: FoundSettings = {
    settings: { language: "", warnings: true, threads: undefined, memory: undefined, output: undefined },
    origins: new Map(),
    problems: [],
  };
  const defaults = { ...languageDefaults, ...Object.fromEntries(Object.entries(own).map(([k, v]) => [k, v.standard])) };
  for (const [name, value] of Object.entries(defaults)) found.origins.set(name, { value, from: "default" });
  for (const word of words) {
    const [, name = word, value = ""] = /^(.*?)=(.*)$/s.exec(word) ?? [];
    adopt(found, name, value, "the kernel's arguments");
  }
  const inFile = folder === undefined ? {} : readFile(folder, found.problems);
  for (const [name, value] of Object.entries(inFile)) adopt(found, name, value, settingsFile);
  const ofLanguage = [...found.origins].filter(([name, { from }]) => !Object.hasOwn(own, name) && from !== "default");
  found.settings.language = ofLanguage.map(([name, { value }]) => `${name}=${value}`).join(" ");
  return found;
}

function adopt({ settings, origins, problems }: FoundSettings, name: string, value: string, from: string): void {
  const refuse = (problem: string) => problems.push(`${from}: ${problem}`);
  if (Object.hasOwn(own, name)) {
    const { read, values } = own[name]!;
    const change = read(value);
    if (change === undefined) return void refuse(`${name} is "${value}", but may be ${values}`);
    Object.assign(settings, change);
  } else {
    const problem = settingProblem(`${name}=${value}`);
    if (problem !== undefined) return void refuse(`${problem}${name in languageDefaults ? "" : `, and ${ownNames}`}`);
  }
  origins.set(name, { value, from });
}

const ownNames = Object.entries(own)
  .map(([name, { values }]) => `${name} (${values})`)
  .join(", ");

/** What the file says by name, as text; true and false are on and off. Empty if there is none. */
function readFile(folder: string, problems: string[]): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(join(folder, settingsFile), "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") problems.push(`${settingsFile}: it cannot be read: ${message}`);
    return {};
  }
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    problems.push(`${settingsFile}: it is no JSON: ${(error as Error).message}`);
    return {};
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    problems.push(`${settingsFile}: it is no object such as { "typeErrors": "warn" }`);
    return {};
  }
  const word = (value: unknown) => (typeof value === "boolean" ? (value ? "on" : "off") : textOf(value));
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, word(value)]));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const units: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

function sized(name: "memory" | "output", least: number): Reader {
  return (value) => {
    const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]i?b)$/i.exec(value.trim()) ?? [];
    const size = Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN);
    return size >= least ? { [name]: size } : undefined;
  };
}
