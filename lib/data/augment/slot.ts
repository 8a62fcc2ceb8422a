/** The memory that the thread of a training loop and the thread that prepares its next batch share. */

/** What is being done with the batch in a slot. */
export const state = {
  /** Nothing: the main thread may put a batch in. */
  idle: 0,
  /** A batch waits for the worker; the main thread may take it back. */
  posted: 1,
  /** The worker changes it. */
  running: 2,
  /** The main thread may take the result. */
  done: 3,
  /** The worker could not do it: the main thread does it itself, and meets the error. */
  failed: 4,
  /** The worker has ended, as nothing was to be done for long. */
  gone: 5,
} as const;

/** Words of the head, by their place: state, epoch, the shape before (four words), height and width after. */
export const at = { state: 0, epoch: 1, shape: 2, height: 6, width: 7, indices: 8 } as const;

/** What a worker is told when it starts. */
export interface WorkerTask {
  readonly memory: SharedArrayBuffer;
  /** The most images in a batch. */
  readonly images: number;
  readonly recipes: readonly { readonly name: string; readonly settings: Readonly<Record<string, unknown>> }[];
  readonly seed: number;
}

/** The head of a slot for so many images as words, and the room for their pixels behind it. */
export function viewsOf(memory: SharedArrayBuffer, images: number): { words: Int32Array; pixels: Float32Array } {
  const length = at.indices + images;
  return { words: new Int32Array(memory, 0, length), pixels: new Float32Array(memory, 4 * length) };
}

/** Memory for a batch of so many images of so many numbers each. */
export function slotMemory(images: number, size: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (at.indices + images + images * size));
}
