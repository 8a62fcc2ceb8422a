/**
 * Tile and block sizes, each with the cache it is sized for: 32 KB of L1 and 1 MB of L2 a core, 4 bytes a number.
 * Twice smaller or larger changes speed by a few percent, so one set serves all machines.
 */

/**
 * The micro-tile, rows and columns: its 16 sums are as many as x86-64 has vector registers. A step of the depth loads 8
 * numbers for 16 products (2×2: 4 for 4). Of 1×1 to 8×8, measured with double sums, 4×4 was the fastest.
 */
export const TILE_ROWS = 4;
export const TILE_COLUMNS = 4;

/** Depth of a block of the sum: a sliver of 4 columns is 8 KB, a quarter of L1, and stays there for all its tiles. */
export const DEPTH = 512;

/** Rows of A in a gemm block: 128 × 512 numbers are 256 KB, a quarter of L2. */
export const BLOCK_ROWS = 128;

/** Columns of B in a gemm block: 512 × 1024 numbers are 2 MB, a share of L3. */
export const BLOCK_COLUMNS = 1024;

/**
 * Rows that make it pay to copy four gathered columns into a sliver. The copy costs about what gathering for one tile
 * does, and spares each tile a fifth: 6 rows lose a tenth by it, 16 win a tenth, 64 a quarter.
 */
export const PACKING_ROWS = 12;

/** Output pixels of a convolution in one block: 512 channels of so many inputs are 512 KB, half of L2. */
export const PIXELS = 256;

/** Taps of a window in registers at a time, where filters see one channel: nine weights or sums, and a 3 × 3 window. */
export const TAPS = 9;

/** Output pixels of a band there: 4096 inputs are 16 KB, half of L1, and their gradients in double precision 32 KB. */
export const PLANE_PIXELS = 4096;

/**
 * Filters that may share a channel there. Against a 4 × 4 tile, runs of nine taps are 2 to 5 times as fast with one filter
 * and still 1.3 to 1.5 with 32 of 3 × 3; with 32 of 5 × 5 and more they are even or lose a fifth, so 32 is the end.
 */
export const RUN_FILTERS = 32;

/**
 * Filters of a group up to which every input gradient goes by such runs. They are the depth of its tiles, which have a
 * quarter of a run's speed with 1, half with 4, three quarters with 8, and the same with 16.
 */
export const RUN_DEPTH = 8;
