import { npy } from "./npy.mjs";
import { npz } from "./npz.mjs";
import { safetensors } from "./safetensors.mjs";

/**
 * A format under test.
 * @typedef {object} Format
 * @property {string} name
 * @property {readonly Uint8Array[]} samples good files, which are damaged
 * @property {(bytes: Uint8Array) => unknown} parse throws a DataError, or gives the right value
 * @property {(value: any, bytes: Uint8Array) => void} [check] throws unless the value is what is in the bytes
 * @property {(choose: import("../random.mjs").Choices) => Uint8Array} [own] files made wrong with knowledge of the format
 * @property {(length: number) => number} [mostMemory] bytes that arrays may take for a file of so many bytes
 */

/** The formats, each given the library: a new one is a line here. */
export const formats = [safetensors, npy, npz];
