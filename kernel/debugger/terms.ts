import { Script } from "node:vm";
import { debugView } from "../protocol/debug.ts";
import { BadDebugRequest, type RequestArguments } from "./arguments.ts";

/** What a breakpoint's stop hangs on, as the user has typed it. */
export interface Terms {
  /** An expression that has to hold. */
  condition?: string;
  /** How often the line has to be reached, where the condition holds: `5`, `>= 3`, `% 10`. */
  hitCondition?: string;
  /** What is printed in place of a stop; expressions in braces. */
  logMessage?: string;
}

export function termsOf(given: RequestArguments): Terms {
  const terms: Terms = {};
  for (const name of ["condition", "hitCondition", "logMessage"] as const) {
    const text = given.optionalText(name);
    if (text !== undefined && text.trim() !== "") terms[name] = text;
  }
  return terms;
}

/**
 * The terms as a condition that V8 evaluates at the line: it counts, prints, and comes to whether to stop.
 *
 * @param key by which reachings are counted
 * @param translate makes JavaScript of the user's TypeScript
 * @returns undefined where nothing has to hold
 * @throws BadDebugRequest for a term that means nothing
 */
export async function conditionOf(
  { condition, hitCondition, logMessage }: Terms,
  key: string,
  translate: (code: string) => Promise<string>,
): Promise<string | undefined> {
  const later = async (code: string, what: string) => {
    const expression = (await translate(code)).replace(/;\s*$/, "");
    const javascript = `() => (${expression}\n)`;
    if (!parses(javascript)) throw new BadDebugRequest(`The ${what} ${JSON.stringify(code)} is no expression.`);
    return javascript;
  };
  const terms: string[] = [];
  if (condition !== undefined) {
    terms.push(`${debugView}.holds(${JSON.stringify(condition)}, ${await later(condition, "condition")})`);
  }
  if (hitCondition !== undefined) terms.push(`${debugView}.reached(${JSON.stringify(key)}) ${counted(hitCondition)}`);
  if (logMessage !== undefined) {
    const { texts, codes } = parts(logMessage);
    const values: string[] = [];
    for (const code of codes) values.push(await later(code, "log message's"));
    terms.push(`${debugView}.log(${[JSON.stringify(texts), ...values].join(", ")})`);
  }
  return terms.length === 0 ? undefined : terms.join(" && ");
}

/** What follows the count. */
function counted(text: string): string {
  const [, operator = "", number] = /^\s*(==?=?|>=?|<=?|%)?\s*(\d+)\s*$/.exec(text) ?? [];
  if (number === undefined || (operator === "%" && Number(number) === 0)) {
    throw new BadDebugRequest(`The hit count ${JSON.stringify(text)} means nothing; write 5, >= 3 or % 10.`);
  }
  if (operator === "%") return `% ${number} === 0`;
  return `${operator === "" || operator.startsWith("=") ? "===" : operator} ${number}`;
}

/** The text around expressions in braces, one piece more than there are of them. A brace that is never closed is text. */
function parts(message: string): { texts: string[]; codes: string[] } {
  const texts: string[] = [];
  const codes: string[] = [];
  let text = "";
  for (let i = 0; i < message.length; i++) {
    const end = message[i] === "{" ? closing(message, i) : undefined;
    if (end === undefined) {
      text += message[i];
      continue;
    }
    codes.push(message.slice(i + 1, end));
    texts.push(text);
    text = "";
    i = end;
  }
  return { texts: [...texts, text], codes };
}

function closing(message: string, start: number): number | undefined {
  let depth = 0;
  for (let i = start; i < message.length; i++) {
    if (message[i] === "{") depth++;
    if (message[i] === "}" && --depth === 0) return i;
  }
  return undefined;
}

function parses(javascript: string): boolean {
  try {
    new Script(javascript); // which does not run it
    return true;
  } catch {
    return false;
  }
}
