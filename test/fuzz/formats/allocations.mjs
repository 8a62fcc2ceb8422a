/**
 * Counts the bytes of all typed arrays and buffers that are made from now on, also if they are garbage at once. Whoever is to
 * be counted must be loaded afterwards, as modules may keep the constructors.
 *
 * @returns {() => number} bytes since the last call
 */
export function countAllocations() {
  let bytes = 0;
  for (const name of ["ArrayBuffer", "Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"]) {
    const original = globalThis[name];
    const counted = new Proxy(original, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget);
        const view = args[0] instanceof ArrayBuffer || args[0] instanceof SharedArrayBuffer;
        if (!view) bytes += made.byteLength;
        return made;
      },
    });
    original.prototype.constructor = counted; // for slice, map and filter, which ask an array for its class
    globalThis[name] = counted;
  }
  return () => {
    const since = bytes;
    bytes = 0;
    return since;
  };
}
