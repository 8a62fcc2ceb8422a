import { describe, expect, test } from "vitest";
import { accepted } from "./accepted.ts";
import { compile, compilers } from "./compilers.ts";
import { refused } from "./refused.ts";

const head = `
import * as lib from "stridelab";
import { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential, Tensor, tensor, zeros } from "stridelab";
type Shown<S extends readonly (number | string)[]> = Tensor<S>;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : [A, B];
declare function is<A, B>(same: Same<A, B>): void;
declare const any: Tensor;
declare const batch: Tensor<readonly ["N", 1, 28, 28]>;
`;

/** Statements as one program, each in a block of its own on a line of its own. */
const program = (statements: readonly string[]): string =>
  `${head.trim()}\n${statements.map((each) => `{ ${each.replace(/\s*\n\s*/g, " ")} }`).join("\n")}\nexport {};\n`;
const firstLine = head.trim().split("\n").length + 1;

describe.each(compilers)("under $name", (compiler) => {
  test("sizes are computed as at run time, and what is not known is a number", async () => {
    const { errors } = await compile(compiler, program(accepted));
    expect(errors.map(({ line, message }) => `${accepted[line - firstLine]}\n  ${message}`)).toEqual([]);
  });

  test("a call that would fail does not compile, and the error says so with its numbers", async () => {
    const { errors } = await compile(compiler, program(refused.map(([code]) => code)));
    const found = refused.map(([code, sentence], i) => {
      const own = errors.filter(({ line }) => line === firstLine + i).map(({ message }) => message);
      return own.some((message) => message.includes(sentence)) ? code : [code, sentence, own];
    });
    expect(found).toEqual(refused.map(([code]) => code));
    expect(errors.filter(({ message }) => message.includes("excessively deep"))).toEqual([]);
  });
});
