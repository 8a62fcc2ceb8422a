/**
 * Reads JSON that two readers could understand differently as an error: an object that has a key twice, of which
 * `JSON.parse` silently takes the last, a number that is not a plain whole one, and keys that `__proto__` hides behind.
 *
 * @throws SyntaxError saying what is wrong
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // What comes here is JSON, so its tokens are found without a grammar.
  const keys: (Set<string> | null)[] = [];
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[-0-9][-+.0-9eE]*/g;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match;
    if (token === "{") keys.push(new Set());
    else if (token === "[") keys.push(null);
    else if (token === "}" || token === "]") keys.pop();
    else if (token.startsWith('"')) {
      if (followedByColon(text, tokens.lastIndex)) addKey(keys.at(-1), JSON.parse(token) as string);
    } else if (!/^\d+$/.test(token)) throw new SyntaxError(`the number ${token}, no whole number of at least 0`);
  }
  return value;
}

function followedByColon(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text.charAt(at))) at++;
  return text.charAt(at) === ":";
}

function addKey(keys: Set<string> | null | undefined, key: string): void {
  if (key === "__proto__") throw new SyntaxError('the key "__proto__"');
  if (keys?.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key)} twice`);
  keys?.add(key);
}
