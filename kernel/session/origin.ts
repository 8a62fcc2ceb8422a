import { AsyncLocalStorage } from "node:async_hooks";
import { promiseHooks } from "node:v8";

/** Which cell the code that is running came from, followed through its timers and promises. */
export interface Origin<T extends object | number> {
  run<R>(origin: T, work: () => R): R;
  current(): T | undefined;
  /** Where something came from that nobody caught: what was thrown, or for a rejection the promise. */
  ofUncaught(thrown: unknown): T | undefined;
  /** Stops following. */
  dispose(): void;
}

/**
 * Before Node 24, AsyncLocalStorage works by async hooks, and with a hook installed Node aborts the process when code
 * after an `await` is terminated (`CHECK_EQ(execution_async_id(), 0)` in `InternalCallbackScope::Close`), unless its
 * stack was emptied before, as an interrupt does. From 24 on it does without hooks.
 */
export function trackOrigin<T extends object | number>(): Origin<T> {
  return Number.parseInt(process.versions.node, 10) >= 24 ? storedOrigin() : hookedOrigin();
}

function storedOrigin<T extends object | number>(): Origin<T> {
  const storage = new AsyncLocalStorage<T>();
  return {
    run: (origin, work) => storage.run(origin, work),
    current: () => storage.getStore(),
    ofUncaught: () => storage.getStore(),
    dispose: () => storage.disable(),
  };
}

const scheduling = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"] as const;

type Callback = (...args: unknown[]) => unknown;

/**
 * A map from promises that writes into them, where nobody else can see it: a private field can be added to any object. With a
 * WeakMap of as many as a loop makes, an await takes five times as long, and the garbage collector more the more there are.
 */
function promiseMarks<T>() {
  class Given {
    constructor(promise: object) {
      // biome-ignore lint/correctness/noConstructorReturn: what a subclass's fields are added to
      return promise;
    }
  }
  return class Marked extends Given {
    readonly #mark: T;
    private constructor(promise: Promise<unknown>, mark: T) {
      super(promise);
      this.#mark = mark;
    }
    /** Once for a promise. */
    static set(promise: Promise<unknown>, mark: T): void {
      new Marked(promise, mark);
    }
    static get(promise: Promise<unknown>): T | undefined {
      return #mark in promise ? (promise as unknown as Marked).#mark : undefined;
    }
  };
}

/**
 * The same by V8's promise hooks, which Node's check does not count, and by wrapping what schedules a callback. Other
 * callbacks, such as a socket's, have no known origin.
 */
export function hookedOrigin<T extends object | number>(): Origin<T> {
  const origins = promiseMarks<T>();
  let current: T | undefined;
  /** The last that a callback threw, which has left it by the time Node reports it. */
  let thrown: { value: unknown; origin: T | undefined } | undefined;
  const stack: (T | undefined)[] = [];
  const stop = promiseHooks.createHook({
    init(promise) {
      if (current !== undefined) origins.set(promise, current);
    },
    before(promise) {
      stack.push(current);
      current = origins.get(promise);
    },
    after() {
      current = stack.pop();
    },
    settled() {},
  }) as unknown as () => void;
  const run = <R>(origin: T | undefined, work: () => R): R => {
    const outer = current;
    current = origin;
    try {
      return work();
    } catch (error) {
      if (thrown === undefined || !Object.is(thrown.value, error)) thrown = { value: error, origin };
      throw error;
    } finally {
      current = outer;
    }
  };
  const wrap = (target: Record<string, Callback>, name: string): (() => void) => {
    const original = target[name] as Callback;
    const wrapped: Callback = (callback, ...rest) => {
      const origin = current;
      if (origin === undefined || typeof callback !== "function") return original.call(target, callback, ...rest);
      const followed = (...args: unknown[]) => run(origin, () => (callback as Callback)(...args));
      return original.call(target, followed, ...rest);
    };
    // util.promisify finds its own variant of a timer on the function.
    Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
    target[name] = wrapped;
    return () => {
      target[name] = original;
    };
  };
  const restore = scheduling.map((name) => wrap(globalThis as unknown as Record<string, Callback>, name));
  restore.push(wrap(process as unknown as Record<string, Callback>, "nextTick"));
  return {
    run(origin, work) {
      stack.length = 0; // terminated code never reached its `after`
      current = undefined; // or its `finally`
      return run(origin, work);
    },
    current: () => current,
    ofUncaught(value) {
      if (value instanceof Promise) return origins.get(value);
      const origin = thrown !== undefined && Object.is(thrown.value, value) ? thrown.origin : current;
      thrown = undefined;
      return origin;
    },
    dispose() {
      stop();
      for (const undo of restore) undo();
    },
  };
}
