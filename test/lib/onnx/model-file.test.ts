import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError, OptionError } from "../../../lib/errors.ts";
import { readOnnx } from "../../../lib/onnx/model-file.ts";
import { temporaryFolder } from "../../package/command.ts";
import { file, node, port } from "./graphs.ts";

/** Writes a network whose two numbers lie in another file, and the file: 4 bytes, then the numbers. */
function network(location: string, more: Readonly<Record<string, string>> = { offset: "4", length: "8" }): string {
  const folder = join(temporaryFolder(), "network");
  mkdirSync(join(folder, "parts"), { recursive: true });
  const numbers = new Uint8Array(Float32Array.of(99, 3, 4).buffer);
  writeFileSync(join(folder, "w.bin"), numbers);
  writeFileSync(join(folder, "parts", "w.bin"), numbers);
  writeFileSync(join(folder, "..", "outside.bin"), numbers);
  symlinkSync(join(folder, "..", "outside.bin"), join(folder, "link.bin"));
  symlinkSync(join(folder, ".."), join(folder, "up"));
  const externalData = Object.entries({ location, ...more }).map(([key, value]) => ({ key, value }));
  const path = join(folder, "some.onnx");
  const bytes = file({
    node: [node("Add", ["x", "w"], ["y"])],
    initializer: [{ name: "w", dims: [2], dataType: 1, dataLocation: 1, externalData }],
    input: [port("x", [2])],
    output: [port("y", [2])],
  });
  writeFileSync(path, bytes);
  return path;
}

test("numbers in files beside the network are read, from their offset on", async () => {
  for (const name of ["w.bin", "parts/w.bin"]) {
    const net = await readOnnx(network(name));
    expect(net.weights.get("w")!.data).toEqual(Float32Array.of(3, 4));
  }
  const fromStart = await readOnnx(network("w.bin", { offset: "0" }));
  expect(fromStart.weights.get("w")!.data).toEqual(Float32Array.of(99, 3));
});

test.each([
  "../outside.bin",
  "/etc/passwd",
  "parts/../../outside.bin",
  "./w.bin",
  "C:\\w.bin",
  "..\\outside.bin",
  "",
  "w.bin\0",
])("%j leads out of the folder, or might, and is not read", async (name) => {
  await expect(readOnnx(network(name))).rejects.toThrow("the name of a file beside it");
});

test("links are not followed, nor folders that are links", async () => {
  await expect(readOnnx(network("link.bin"))).rejects.toThrow("no links");
  await expect(readOnnx(network("up/outside.bin"))).rejects.toThrow("no links");
});

test("files that are missing or too short are told of", async () => {
  await expect(readOnnx(network("none.bin"))).rejects.toThrow(/the file "none.bin" beside it\n.*nothing there/);
  await expect(readOnnx(network("w.bin", { offset: "8" }))).rejects.toThrow(/bytes 8 to 16 of tensor "w"/);
  await expect(readOnnx(network("w.bin", { offset: "4", length: "4" }))).rejects.toThrow(DataError);
  await expect(readOnnx(join(temporaryFolder(), "none.onnx"))).rejects.toThrow("nothing there");
  await expect(readOnnx(3 as never)).rejects.toThrow(OptionError);
});
