/** The compiler's switches that a cell may set to `on` or `off`, with what they are when nobody does. */
const switches = {
  strict: "on",
  noImplicitAny: "as strict",
  strictNullChecks: "as strict",
  noUncheckedIndexedAccess: "off",
  exactOptionalPropertyTypes: "off",
} as const;

type Switch = keyof typeof switches;

export interface Settings {
  /** Whether a type error keeps the cell from running (`block`) or is told before its output (`warn`). */
  typeErrors: "block" | "warn";
  switches: Readonly<Partial<Record<Switch, boolean>>>;
}

export const defaultSettings: Settings = { typeErrors: "block", switches: {} };

/** Every switch with its value, for the compiler's options; undefined where `strict` decides. */
export function compilerSwitches({ switches: set }: Settings): Record<Switch, boolean | undefined> {
  const values = Object.entries(switches).map(([name, standard]) => {
    const value = set[name as Switch] ?? (standard === "as strict" ? undefined : standard === "on");
    return [name, value];
  });
  return Object.fromEntries(values) as Record<Switch, boolean | undefined>;
}

const known = `known are typeErrors=block|warn and ${Object.keys(switches).join(", ")}, each =on|off`;

/** A setting that cannot be read, and where. */
export interface SettingProblem {
  /** UTF-16 offset and length. */
  start: number;
  length: number;
  message: string;
}

export interface CellSettings {
  /** For this cell. */
  cell: Settings;
  /** For this cell and all later ones. */
  session: Settings;
  problems: SettingProblem[];
}

/**
 * Reads the settings in a cell's comments: a line `// @cell typeErrors=warn strict=off` is for this cell,
 * `// @session …` for this and all later ones.
 *
 * @param isComment whether what stands at an offset is outside of the code
 */
export function readSettings(code: string, before: Settings, isComment: (offset: number) => boolean): CellSettings {
  const found: CellSettings = { cell: before, session: before, problems: [] };
  for (const line of code.matchAll(/^[^\S\n]*\/\/[^\S\n]*@(cell|session)\b(.*)$/gm)) {
    const [text, scope = "", rest = ""] = line;
    if (!isComment(line.index + text.indexOf("//"))) continue;
    const offset = line.index + text.length - rest.length;
    for (const word of rest.matchAll(/\S+/g)) {
      const next = withSetting(word[0]);
      if (typeof next === "string") {
        found.problems.push({ start: offset + word.index, length: word[0].length, message: next });
        continue;
      }
      found.cell = next(found.cell);
      if (scope === "session") found.session = next(found.session);
    }
    if (rest.trim() === "") {
      const length = scope.length + 1;
      found.problems.push({ start: offset - length, length, message: `@${scope} sets nothing; ${known}` });
    }
  }
  return found;
}

/** Every setting with its value when nobody has set it. */
export const languageDefaults: Readonly<Record<string, string>> = { typeErrors: "block", ...switches };

/** What is wrong with a setting such as `strict=off`, in words; undefined if nothing is. */
export function settingProblem(text: string): string | undefined {
  const read = withSetting(text);
  return typeof read === "string" ? read : undefined;
}

/** What a setting such as `strict=off` does, or what is wrong with it. */
function withSetting(text: string): string | ((settings: Settings) => Settings) {
  const [, name = text, value = ""] = /^(.*?)=(.*)$/.exec(text) ?? [];
  if (name === "typeErrors") {
    if (value !== "block" && value !== "warn") return `typeErrors is "${value}", but may be block or warn`;
    return (settings) => ({ ...settings, typeErrors: value });
  }
  if (!Object.hasOwn(switches, name)) return `no setting is called "${name}"; ${known}`;
  if (value !== "on" && value !== "off") return `${name} is "${value}", but may be on or off`;
  return (settings) => ({ ...settings, switches: { ...settings.switches, [name]: value === "on" } });
}
