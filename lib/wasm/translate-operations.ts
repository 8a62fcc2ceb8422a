/**
 * WebAssembly's operations as JavaScript's, text to text. Integers are numbers that `| 0` keeps in 32 bits; numbers of
 * single precision are rounded by `f`, `Math.fround`, after each operation: rounding the exact operation of double
 * precision once more changes nothing for `+ − × ÷ √` (Figueroa, 1995, "When is double rounding innocuous?").
 */

/** What a value's lanes hold: vectors have no type of their own in WebAssembly, but here each is of one kind. */
export type Kind = "i32" | "f32" | "floats" | "integers" | "doubles";

/** An operation on one lane of each operand. */
interface Operation {
  readonly operands: readonly Kind[];
  readonly result: Kind;
  readonly text: (...lanes: readonly string[]) => string;
}

const rounded = (sign: string) => (a: string, b: string) => `f(${a} ${sign} ${b})`;
const exact = (sign: string) => (a: string, b: string) => `(${a} ${sign} ${b})`;
const wrapped = (sign: string) => (a: string, b: string) => `(${a} ${sign} ${b} | 0)`;
const unsignedWhole = (sign: string) => (a: string, b: string) => `((${a} >>> 0) ${sign} (${b} >>> 0) | 0)`;
const product = (a: string, b: string) => `Math.imul(${a}, ${b})`;
const root = (a: string) => `f(Math.sqrt(${a}))`;
const isTrue = (sign: string) => (a: string, b: string) => `(${a} ${sign} ${b} ? 1 : 0)`;
const mask = (sign: string) => (a: string, b: string) => `(${a} ${sign} ${b} ? -1 : 0)`;

type Binary = (a: string, b: string) => string;

const two = (operand: Kind, result: Kind, ...operations: readonly (readonly [number, Binary])[]) =>
  operations.map(([code, text]) => [code, { operands: [operand, operand], result, text } as Operation] as const);

/** Operations on single integers and numbers, by their code (WebAssembly Core Specification 2.0, section 5.4.7). */
export const scalarOperations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  ...two("i32", "i32", [0x46, isTrue("===")], [0x48, isTrue("<")], [0x4e, isTrue(">=")]),
  ...two("i32", "i32", [0x6a, wrapped("+")], [0x6b, wrapped("-")], [0x6c, product]),
  ...two(
    "i32",
    "i32",
    [0x6e, unsignedWhole("/")],
    [0x70, unsignedWhole("%")],
    [0x71, wrapped("&")],
    [0x74, wrapped("<<")],
  ),
  ...two("f32", "i32", [0x5b, isTrue("===")], [0x5c, isTrue("!==")], [0x5e, isTrue(">")]),
  ...two("f32", "f32", [0x92, rounded("+")], [0x93, rounded("-")], [0x94, rounded("*")], [0x95, rounded("/")]),
  ...two("f32", "f32", [0x97, (a, b) => `Math.max(${a}, ${b})`]),
  [0x91, { operands: ["f32"], result: "f32", text: root }],
  [0xb2, { operands: ["i32"], result: "f32", text: (a) => `f(${a})` }],
]);

/** Operations on each lane of vectors, by the code behind 0xfd (section 5.4.9). A mask's lanes are −1 or 0. */
export const laneOperations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  ...two("integers", "integers", [0x37, mask("===")], [0x39, mask("<")], [0x50, wrapped("|")]),
  ...two("integers", "integers", [0xae, wrapped("+")], [0xb1, wrapped("-")], [0xb5, product]),
  ...two("floats", "integers", [0x41, mask("===")], [0x42, mask("!==")], [0x44, mask(">")], [0x45, mask("<=")]),
  ...two("floats", "floats", [0xe4, rounded("+")], [0xe5, rounded("-")], [0xe6, rounded("*")], [0xe7, rounded("/")]),
  ...two("floats", "floats", [0xeb, (a, b) => `(${a} < ${b} ? ${b} : ${a})`]),
  ...two("doubles", "doubles", [0xf0, exact("+")], [0xf2, exact("*")], [0xf3, exact("/")]),
  [0xe3, { operands: ["floats"], result: "floats", text: root }],
]);

/** Operations that take bits by a mask, the last operand in WebAssembly; what they take is of any kind. */
export const maskOperations: ReadonlyMap<number, (mask: string, a: string, b: string) => string> = new Map([
  [0x4e, (m: string, a: string) => `(${m} ? ${a} : 0)`],
  [0x4f, (m: string, a: string) => `(${m} ? 0 : ${a})`],
  [0x52, (m: string, a: string, b: string) => `(${m} ? ${a} : ${b})`],
]);

/** A number as it is written. */
export function literal(value: number): string {
  return Object.is(value, -0) || value < 0 ? `(${Object.is(value, -0) ? "-0" : value})` : `${value}`;
}
