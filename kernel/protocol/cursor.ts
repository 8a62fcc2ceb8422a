/**
 * The protocol counts Unicode code points, JavaScript UTF-16 units: an emoji before the cursor moves one against
 * the other.
 */

/** Code points → UTF-16 units. A cursor past the end is at the end. */
export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  for (const character of text) {
    if (codePoints-- <= 0) break;
    units += character.length;
  }
  return units;
}

/** UTF-16 units → code points. */
export const toCodePoints = (text: string, units: number): number => [...text.slice(0, units)].length;
