import { OptionError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import { allocate, type DType } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor, type Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./batches.ts";

/**
 * Inputs of any shape, and what a network shall make of each: numbers to come close to, or classes. `fit` takes it with a
 * loss that compares the two, for numbers `meanSquaredError`. Images with classes are better off as `LabelledImages`.
 *
 * @example
 * const x = tensor([[0], [1], [2], [3]]);
 * const line = new TensorDataset(x, tensor([[1], [3], [5], [7]])); // y = 2x + 1
 * const net = new Linear({ inFeatures: 1, outFeatures: 1 });
 * const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
 * await fit(net, line, { optimizer, loss: meanSquaredError, epochs: 200 });
 * net.forward(tensor([[10]])).item().toFixed(1) // "21.0"
 */
export class TensorDataset<D extends DType = "float32">
  implements Dataset<{ readonly images: Tensor; readonly labels: Tensor<Shape, D> }>
{
  /** `[N, ...]`: what the network is fed. */
  readonly images: Tensor;
  /** `[N, ...]`: what the loss compares its outputs with. */
  readonly labels: Tensor<Shape, D>;

  /**
   * @param inputs `[N, ...]`
   * @param labels `[N, ...]`
   * @throws ShapeError if there is not one label an input
   */
  constructor(inputs: Tensor, labels: Tensor<Shape, D>) {
    checkTensor("TensorDataset", "inputs", inputs);
    checkTensor("TensorDataset", "labels", labels);
    const [count, others] = [inputs.shape[0], labels.shape[0]];
    if (count === undefined || count !== others) {
      const operands = [inputs, labels].map(({ shape }, i) => ({ name: i === 0 ? "inputs" : "labels", shape }));
      const fix = `give labels of shape [${count ?? "N"}, ...]`;
      throw new ShapeError("TensorDataset", "there is not one label an input", operands, fix);
    }
    this.images = inputs;
    this.labels = labels;
  }

  /** How many inputs. */
  get count(): number {
    return this.labels.shape[0] as number;
  }

  /** The examples of these numbers, copied. @throws OptionError if there is none of some number */
  gather(indices: ArrayLike<number>): { readonly images: Tensor; readonly labels: Tensor<Shape, D> } {
    for (let i = 0; i < indices.length; i++) {
      if (indices[i]! >= 0 && indices[i]! < this.count) continue;
      throw new OptionError("gather", `index ${indices[i]} at place ${i}`, `give indices in 0 .. ${this.count - 1}`);
    }
    return {
      images: rowsOf(this.images, indices) as Tensor,
      labels: rowsOf(this.labels, indices) as Tensor<Shape, D>,
    };
  }
}

function rowsOf(x: AnyTensor, indices: ArrayLike<number>): AnyTensor {
  const shape = x.shape.slice(1);
  const size = elementCount(shape);
  const all = peek(x);
  const data = allocate(x.dtype, indices.length * size);
  for (let i = 0; i < indices.length; i++)
    data.set(all.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  return freshTensor<Shape, DType>(data, [indices.length, ...shape], x.dtype);
}
