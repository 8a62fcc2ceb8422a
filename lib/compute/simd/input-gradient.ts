/**
 * The gradient with respect to the input, as convolutions of `dOut`. At stride 1 it is one, with the filters turned by
 * half a turn. At a larger stride every pixel of dX that lies alike between two steps saw the same taps: each such phase
 * is a convolution of its own, with those taps, whose results lie a stride apart.
 */

import type { Conv2dGeometry } from "../geometry.ts";
import type { FilterOrder } from "./packed-filters.ts";

/** One phase: rows `firstRow`, `firstRow + strideY`, … of dX, columns likewise. */
export interface Phase {
  readonly firstRow: number;
  readonly firstColumn: number;
  /** The convolution that takes `dOut` to the phase; null where no tap reaches it, and it is zero. */
  readonly convolution: { readonly g: Conv2dGeometry; readonly order: FilterOrder } | null;
}

/** The phases of a convolution's input gradient. */
export function phasesOf(g: Conv2dGeometry): Phase[] {
  const phases: Phase[] = [];
  const height = { size: g.h, kernel: g.kernelHeight, stride: g.strideY, dilation: g.dilationY, pad: g.padTop };
  const width = { size: g.w, kernel: g.kernelWidth, stride: g.strideX, dilation: g.dilationX, pad: g.padLeft };
  for (let firstRow = 0; firstRow < Math.min(g.strideY, g.h); firstRow++) {
    for (let firstColumn = 0; firstColumn < Math.min(g.strideX, g.w); firstColumn++) {
      const rows = alongAxis(height, firstRow);
      const columns = alongAxis(width, firstColumn);
      const convolution = rows && columns ? phase(g, rows, columns) : null;
      phases.push({ firstRow, firstColumn, convolution });
    }
  }
  return phases;
}

interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

/** What one axis of a phase is: its pixels, its taps from the last to the first, and the convolution that they make. */
interface AlongAxis {
  readonly size: number;
  readonly taps: number;
  readonly lastTap: number;
  readonly tapStep: number;
  readonly dilation: number;
  readonly pad: number;
}

/**
 * Pixel `first + u · stride` saw tap k through window `(first + u · stride + pad − k · dilation) / stride`, if that is a
 * whole number. The taps for which it is are a fixed step apart.
 */
function alongAxis({ size, kernel, stride, dilation, pad }: Axis, first: number): AlongAxis | null {
  const taps: number[] = [];
  for (let k = 0; k < kernel; k++) if ((first + pad - k * dilation) % stride === 0) taps.push(k);
  if (taps.length === 0) return null;
  const last = taps.at(-1)!;
  const tapStep = taps.length > 1 ? taps[1]! - taps[0]! : 1;
  return {
    size: Math.ceil((size - first) / stride),
    taps: taps.length,
    lastTap: last,
    tapStep,
    dilation: taps.length > 1 ? (tapStep * dilation) / stride : 1,
    pad: -(first + pad - last * dilation) / stride,
  };
}

function phase(g: Conv2dGeometry, rows: AlongAxis, columns: AlongAxis): NonNullable<Phase["convolution"]> {
  const window = g.kernelHeight * g.kernelWidth;
  const channels = g.c / g.groups;
  const filters = g.f / g.groups;
  return {
    g: {
      n: g.n,
      c: g.f,
      h: g.p,
      w: g.q,
      f: g.c,
      p: rows.size,
      q: columns.size,
      kernelHeight: rows.taps,
      kernelWidth: columns.taps,
      strideY: 1,
      strideX: 1,
      padTop: rows.pad,
      padLeft: columns.pad,
      dilationY: rows.dilation,
      dilationX: columns.dilation,
      groups: g.groups,
    },
    order: {
      start: rows.lastTap * g.kernelWidth + columns.lastTap,
      groups: { count: g.groups, stride: filters * channels * window },
      rows: { count: channels, stride: window },
      channels: { count: filters, stride: channels * window },
      windowRows: { count: rows.taps, stride: -rows.tapStep * g.kernelWidth },
      windowColumns: { count: columns.taps, stride: -columns.tapStep },
    },
  };
}
