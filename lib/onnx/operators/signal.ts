import { elementCount } from "../../tensor/shape.ts";
import type { Call, Operator } from "../call.ts";
import { rowsAlong } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { Value } from "../values/value.ts";
import { typeNamed } from "./shapes.ts";

/** A complex number at each place. */
interface Signal {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The discrete Fourier transform of `n` numbers: of a length that is a power of two by halves (Cooley and Tukey, 1965). */
function transform({ real, imaginary }: Signal, inverse: boolean): Signal {
  const n = real.length;
  const turn = ((inverse ? 2 : -2) * Math.PI) / n;
  const out = { real: new Float64Array(n), imaginary: new Float64Array(n) };
  if (n > 1 && n % 2 === 0) {
    const half = (start: number): Signal =>
      transform(
        { real: real.filter((_, i) => i % 2 === start), imaginary: imaginary.filter((_, i) => i % 2 === start) },
        inverse,
      );
    const [even, odd] = [half(0), half(1)];
    for (let k = 0; k < n; k++) {
      const [at, c, s] = [k % (n / 2), Math.cos(turn * k), Math.sin(turn * k)];
      out.real[k] = even.real[at]! + c * odd.real[at]! - s * odd.imaginary[at]!;
      out.imaginary[k] = even.imaginary[at]! + s * odd.real[at]! + c * odd.imaginary[at]!;
    }
    return out;
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const angle = turn * ((k * i) % n);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      out.real[k]! += c * real[i]! - s * imaginary[i]!;
      out.imaginary[k]! += s * real[i]! + c * imaginary[i]!;
    }
  }
  return out;
}

/** Along an axis of complex numbers, `[..., n, ..., 2]`, or real ones, `[..., n, ..., 1]`. */
function transformed(x: Value, axis: number, length: number, inverse: boolean, onesided: boolean): Value {
  const parts = x.shape.at(-1)!;
  const shape = x.shape.slice(0, -1);
  const { starts, offsets } = rowsAlong(shape, [axis]);
  const count = onesided ? Math.floor(length / 2) + 1 : length;
  const sizes = shape.map((size, i) => (i === axis ? count : size));
  const target = rowsAlong(sizes, [axis]);
  const from = x.elements as ArrayLike<number>;
  const out = new Float64Array(elementCount(sizes) * 2);
  for (const [row, start] of starts.entries()) {
    const part = (which: number): Float64Array =>
      Float64Array.from({ length }, (_, i) =>
        i < offsets.length && which < parts ? from[(start + offsets[i]!) * parts + which]! : 0,
      );
    const { real, imaginary } = transform({ real: part(0), imaginary: part(1) }, inverse);
    const divisor = inverse ? length : 1;
    for (let k = 0; k < count; k++) {
      const to = (target.starts[row]! + target.offsets[k]!) * 2;
      out[to] = real[k]! / divisor;
      out[to + 1] = imaginary[k]! / divisor;
    }
  }
  return convert(Value.of("float64", [...sizes, 2], out), x.type);
}

/** Version 17 of the operators has the axis as an attribute, 20 as an input. */
function fourier(call: Call): Value {
  const x = call.value(0);
  const named = call.opset < 20 ? call.int("axis", 1) : (call.maybe(2)?.first ?? -2);
  const axis = call.axis(named, x.shape.length);
  const length = call.maybe(1)?.first ?? x.shape[axis]!;
  return transformed(x, axis, length, call.flag("inverse"), call.flag("onesided"));
}

/** The transform of windows along a signal. */
function shortTime(call: Call): Value {
  const signal = call.value(0);
  const [batch = 0, samples = 0, parts = 1] = signal.shape;
  const step = call.value(1).first;
  const window = call.maybe(2);
  const length = call.maybe(3)?.first ?? window?.size ?? samples;
  const frames = Math.floor((samples - length) / step) + 1;
  const from = signal.elements as ArrayLike<number>;
  const weights = window?.elements as ArrayLike<number> | undefined;
  const framed = new Float64Array(batch * frames * length * parts);
  for (let i = 0; i < framed.length; i++) {
    const at = Math.floor(i / parts);
    const [b, frame, k] = [Math.floor(at / length / frames), Math.floor(at / length) % frames, at % length];
    framed[i] = from[(b * samples + frame * step + k) * parts + (i % parts)]! * (weights?.[k] ?? 1);
  }
  const out = transformed(
    Value.of("float64", [batch, frames, length, parts], framed),
    2,
    length,
    false,
    call.flag("onesided", true),
  );
  return convert(out, signal.type);
}

/** Triangles over the bins of a spectrum, as far apart as the ear hears them (Stevens, Volkmann and Newman, 1937). */
function melWeights(call: Call): Value {
  const [bins, length, rate, lower, upper] = [0, 1, 2, 3, 4].map((i) => call.value(i).first) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const rows = Math.floor(length / 2) + 1;
  const step = (mel(upper) - mel(lower)) / (bins + 2);
  const edges = Array.from({ length: bins + 2 }, (_, i) => {
    const hertz = 700 * (10 ** ((i * step + mel(lower)) / 2595) - 1);
    return Math.floor(((length + 1) * hertz) / rate);
  });
  const out = new Float64Array(rows * bins);
  for (let i = 0; i < bins; i++) {
    const [left, centre, right] = [edges[i]!, edges[i + 1]!, edges[i + 2]!];
    for (let j = left; j <= centre; j++) out[j * bins + i] = centre === left ? 1 : (j - left) / (centre - left);
    for (let j = centre; j < right; j++) out[j * bins + i] = (right - j) / (right - centre);
  }
  return convert(Value.of("float64", [rows, bins], out), typeNamed(call, call.int("output_datatype", 1)));
}

/** Spectra of signals. Gradients do not flow through these. */
export const signals: Readonly<Record<string, Operator>> = {
  DFT: { since: 17, run: fourier },
  MelWeightMatrix: { since: 17, run: melWeights },
  STFT: { since: 17, run: shortTime },
};
