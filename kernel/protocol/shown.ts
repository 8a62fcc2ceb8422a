/** Characters of a wrong value that an error quotes. */
const quoted = 200;

/** A value of a message as an error quotes it: JSON, cut short. Never throws, whatever was sent. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = String(JSON.stringify(value));
  } catch {
    return "nested too deeply to be shown"; // the stack has an end, the wire has none
  }
  return text.length > quoted ? `${text.slice(0, quoted)}…` : text;
}
