import { DataError } from "../errors.ts";
import { tensor } from "../tensor/create.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import type { Epoch, History, SettingChange } from "./history.ts";

/** A history as a checkpoint keeps it: what there is of every step as tensors, the rest as plain data. */
export interface PackedHistory {
  readonly tensors: Readonly<Record<string, AnyTensor>>;
  readonly rest: {
    readonly epochs: readonly Epoch[];
    readonly stopped: string | null;
    /** Absent in files of before they were kept. */
    readonly changes?: readonly SettingChange[];
  };
}

const lists = ["losses", "accuracies", "learningRates", "gradientNorms"] as const;

/** All numbers with their bits. */
export function packHistory(history: History): PackedHistory {
  const packed = (values: readonly number[]): AnyTensor => tensor(values, [values.length], "float64");
  const metrics = Object.entries(history.metrics).map(([name, values]) => [`metrics/${name}`, packed(values)] as const);
  const tensors = Object.fromEntries([...lists.map((name) => [name, packed(history[name])] as const), ...metrics]);
  return { tensors, rest: { epochs: history.epochs, stopped: history.stopped, changes: history.changes } };
}

/** What puts a packed history into one that is empty, or of another moment. @throws DataError if it is none */
export function unpackHistory(
  path: string,
  rest: unknown,
  tensors: Readonly<Record<string, AnyTensor>>,
): (history: History) => void {
  const { epochs, stopped, changes = [] } = (rest ?? {}) as Partial<PackedHistory["rest"]>;
  if (!Array.isArray(epochs) || lists.some((name) => tensors[name] === undefined)) {
    throw new DataError(path, "a history", "none", "save one, or load the checkpoint without");
  }
  return (history) => {
    const replace = <V>(list: V[], values: Iterable<V>): void => {
      list.length = 0;
      for (const value of values) list.push(value);
    };
    for (const name of lists) replace(history[name], tensors[name]!.data);
    for (const [name, values] of Object.entries(tensors)) {
      if (name.startsWith("metrics/")) history.metrics[name.slice("metrics/".length)] = [...values.data];
    }
    replace(history.epochs, epochs as Epoch[]);
    replace(history.changes, changes);
    history.stopped = stopped ?? null;
  };
}
