// biome-ignore-all format: parameters side by side
/**
 * The filter gradient of a convolution of stride 1 by Winograd's algorithm: with a tile of `dOut` in the place of the
 * filter, and the filter's taps in the place of the outputs (Lavin and Gray, 2016, section 4.1: F(3 × 3, 4 × 4)).
 * A sum over all tiles of all images, so it is taken before the last transform, which is linear.
 */

import { microTile } from "../../wasm/features.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { instructions } from "../settings.ts";
import { Staging } from "./staging.ts";
import { partJob, wholeJob } from "./winograd-gradient-job.ts";
import { apart, panel, points } from "./winograd-transforms.ts";
import { noteBytes } from "./winograd-windows.ts";
import { Workspace } from "./workspace.ts";

/** Filters and channels of an item at most: the sums of 128 of each, 2.4 MB, are passed by once for 32 tiles. */
const sliceNumbers = 128;
/** Tiles that are transformed at once: enough that loading and storing the sums is little beside adding to them. */
const mostTiles = 32;
/** Parts that the tiles are cut into at most, the same for any number of threads, and tiles that a part has at least. */
const mostParts = 16;
const fewestTiles = 64;

const partialWorkspace = new Workspace();

/** The gradient of a loss with respect to the filters. Overwrites `dFilters`. */
export function winogradFilterGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  x: Float32Array,
  dFilters: Float32Array,
): void {
  if (g.n === 0 || dFilters.length === 0) {
    dFilters.fill(0);
    return;
  }
  const shape = { ...microTile(), fused: instructions() === "fused" };
  const taps = g.kernelHeight;
  const step = points + 1 - taps;
  const channels = g.c / g.groups;
  const filters = g.f / g.groups;
  const tilesX = Math.ceil(g.q / step);
  const tilesOfImage = tilesX * Math.ceil(g.p / step);
  const tiles = g.n * tilesOfImage;
  const parts = Math.max(1, Math.min(mostParts, Math.floor(tiles / fewestTiles)));
  const partTiles = Math.ceil(tiles / parts);
  const blockTiles = Math.min(partTiles, mostTiles);
  const blocks = Math.ceil(filters / shape.rows);
  const panels = Math.ceil(channels / panel);
  const sliceBlocks = Math.ceil(blocks / Math.ceil(filters / sliceNumbers));
  const slicePanels = Math.ceil(panels / Math.ceil(channels / sliceNumbers));
  const slices = Math.ceil(blocks / sliceBlocks);
  const panelSlices = Math.ceil(panels / slicePanels);
  const factorStride = 4 * sliceBlocks * shape.rows * blockTiles + apart;
  const windowStride = 4 * slicePanels * panel * blockTiles + apart;
  const sumStride = 4 * sliceBlocks * shape.rows * slicePanels * panel + apart;
  const pitch = 4 * panels * panel;
  const partBytes = g.groups * taps ** 2 * filters * pitch;
  const partials = partialWorkspace.atLeast(parts * partBytes);
  const staging = new Staging();
  partJob(taps, shape).run(
    {
      x: staging.read(x), dOut: staging.read(dOut), partials, partBytes,
      h: g.h, w: g.w, p: g.p, q: g.q, padTop: g.padTop, padLeft: g.padLeft,
      channelBytes: 4 * g.h * g.w, imageBytes: 4 * g.c * g.h * g.w,
      planeBytes: 4 * g.p * g.q, resultBytes: 4 * g.f * g.p * g.q,
      channels, filters, groups: g.groups, blocks, slices, sliceBlocks, panels, panelSlices, slicePanels,
      tilesX, tilesOfImage, tiles, partTiles, blockTiles, factorStride, windowStride, sumStride,
    },
    Math.ceil(tiles / partTiles) * g.groups * slices * panelSlices,
    points ** 2 * tiles * g.groups * filters * channels,
    noteBytes(blockTiles) + points ** 2 * (factorStride + windowStride + sumStride),
  );
  wholeJob.run(
    {
      partials, dFilters: staging.write(dFilters), parts: Math.ceil(tiles / partTiles), partBytes,
      taps: taps ** 2, filters, channels, pitch,
    },
    g.f,
    parts * dFilters.length,
  );
  staging.finish();
  partialWorkspace.trim();
}
