import { reshape } from "../../ops/reshape.ts";
import { peek } from "../../tensor/numbers.ts";
import { elementCount, type Shape, type Sizes } from "../../tensor/shape.ts";
import { freshTensor, type Tensor } from "../../tensor/tensor.ts";
import type { ElementType } from "../element-types.ts";
import { isSmallFloat, roundToSmallFloat } from "./small-floats.ts";

/** Arrays of each type of element: small floats are held exactly in float32, bools as bytes. */
const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  float8e4m3fn: Float32Array,
  float8e4m3fnuz: Float32Array,
  float8e5m2: Float32Array,
  float8e5m2fnuz: Float32Array,
  float8e8m0: Float32Array,
  float4e2m1: Float32Array,
  int2: Int8Array,
  int4: Int8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint2: Uint8Array,
  uint4: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  string: Array,
} as const;

/** The types of element that are computed with: all but complex numbers. */
export type ValueType = keyof typeof arrays;

/** Whether a type of element can be computed with. */
export function isValueType(type: ElementType): type is ValueType {
  return Object.hasOwn(arrays, type);
}

/** A list of elements: what all operations here have in common, whatever the type. */
export interface Elements {
  readonly length: number;
  [index: number]: number | bigint | string;
}

/** Room for elements of a type; texts are empty. */
export function room(type: ValueType, count: number): Elements {
  if (type === "string") return new Array<string>(count).fill("");
  return new arrays[type](count) as Elements;
}

export function isFloat(type: ElementType): boolean {
  return type === "float32" || type === "float64" || isSmallFloat(type);
}

/** Whether elements are bigints. */
export function isWide(type: ElementType): type is "int64" | "uint64" {
  return type === "int64" || type === "uint64";
}

export function isUnsigned(type: ElementType): boolean {
  return type.startsWith("uint") || type === "bool";
}

/** How many bits an integer has. */
export function bitsOf(type: ElementType): number {
  return type === "bool" ? 1 : Number(/\d+/.exec(type)?.[0] ?? 0);
}

/**
 * What flows along the edges of a graph: elements of one type under a shape. Fractions are a tensor, through which gradients
 * flow; everything else is a plain array, and no two values share one that is written to.
 */
export class Value {
  readonly type: ValueType;
  readonly shape: readonly number[];
  #elements: Elements | null;
  #tensor: Tensor | null;

  private constructor(type: ValueType, shape: readonly number[], elements: Elements | null, tensor: Tensor | null) {
    this.type = type;
    this.shape = shape;
    this.#elements = elements;
    this.#tensor = tensor;
  }

  /** Around an array of the type's kind that nobody else writes to. */
  static of(type: ValueType, shape: readonly number[], elements: Elements): Value {
    return new Value(type, shape, elements, null);
  }

  /** The tensor itself, of type float32 or float64. */
  static ofTensor(tensor: Tensor): Value {
    return new Value((tensor.dtype as string) === "float64" ? "float64" : "float32", tensor.shape, null, tensor);
  }

  /** The result of an operation on fractions of a type, computed in a wider one: rounded to it, where that is needed. */
  static rounded(type: ValueType, tensor: Tensor): Value {
    if (!isSmallFloat(type)) return Value.ofTensor(tensor);
    return Value.of(
      type,
      tensor.shape,
      Float32Array.from(elementsOf(tensor), (x) => roundToSmallFloat(type, x)),
    );
  }

  /** Fractions in the type that a value's are computed in: float64, or float32. */
  static fractions(like: ValueType, shape: readonly number[], numbers: ArrayLike<number>): Value {
    if (like === "float64") return new Value("float64", shape, Float64Array.from(numbers) as Elements, null);
    return new Value("float32", shape, Float32Array.from(numbers) as Elements, null);
  }

  /** A list of whole numbers, as shapes and axes are. */
  static integers(list: readonly number[]): Value {
    return Value.of("int64", [list.length], BigInt64Array.from(list, BigInt));
  }

  static bool(flag: boolean): Value {
    return Value.of("bool", [], Uint8Array.of(flag ? 1 : 0));
  }

  get size(): number {
    return elementCount(this.shape);
  }

  /**
   * The elements, to be read before anything else is computed. Where shapes alone are computed there are none, and zeros
   * stand for them.
   */
  get elements(): Elements {
    return this.#elements ?? (elementsOf(this.#tensor!) as Elements);
  }

  /** Whether the elements are there: false for what was computed by shapes alone. */
  get known(): boolean {
    return this.#tensor === null || peek(this.#tensor).length === this.size;
  }

  /** Fractions as a tensor of float32, or of float64. */
  get tensor(): Tensor {
    if (this.#tensor === null) {
      const dtype = this.type === "float64" ? "float64" : "float32";
      const tensor = freshTensor(
        this.#elements as unknown as Float32Array,
        this.shape as Sizes<Shape>,
        dtype as "float32",
      );
      if (dtype === this.type) this.#elements = null; // whoever changes the tensor changes the value
      this.#tensor = tensor;
    }
    return this.#tensor;
  }

  /** The elements as plain numbers: shapes, axes, counts. */
  get list(): number[] {
    return Array.from(this.elements as ArrayLike<number | bigint>, Number);
  }

  /** The only element, or the first. */
  get first(): number {
    return Number(this.elements[0]);
  }

  /** The same elements under another shape of as many. */
  as(shape: readonly number[]): Value {
    if (!isFloat(this.type)) return Value.of(this.type, shape, this.elements);
    const tensor = reshape(this.tensor, shape as readonly number[]) as Tensor;
    return new Value(this.type, shape, null, tensor);
  }
}

function elementsOf(tensor: Tensor): Float32Array {
  const numbers = peek(tensor);
  return numbers.length === tensor.size ? numbers : new Float32Array(tensor.size);
}
