import { type ChildProcess, spawn } from "node:child_process";
import type {
  CellId,
  Conversion,
  LanguageCommand,
  LanguageResponse,
  RemoteLanguage,
  ServedLanguage,
} from "../protocol/threads.ts";
import { SnapshotFile } from "./snapshot-file.ts";

interface Waiting {
  method: keyof ServedLanguage;
  request: object;
  /** One process has ended with it. */
  isSecond?: boolean;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What waits for an answer is told that none will come. */
export class LanguageAbandoned extends Error {
  override readonly name = "LanguageAbandoned";
}

/**
 * A language in a process of its own, which may be given up, or end by itself, without harm to the kernel: the next one
 * knows what it knew.
 *
 * @param fail is called with the reason when there can be none
 */
export function startLanguage(
  { plain, snapshot }: LanguageCommand,
  log: (text: string) => void,
  fail: (reason: string) => void,
): RemoteLanguage {
  /** In the order in which they are answered. */
  const waiting = new Map<number, Waiting>();
  const file = snapshot === undefined ? undefined : new SnapshotFile(snapshot, log);
  /** Conversions of cells that are not over, which the next process makes again for what it learns by that. */
  const running = new Map<CellId, object>();
  /** Of these, what is to be sent before any other, or when this thread has nothing else to do. */
  let later: object[] = [];
  let last = 0;
  let state: unknown;
  let current = start();

  function start(): ChildProcess {
    const isQuick = file?.use() === true;
    const [program = "", ...args] = isQuick && snapshot !== undefined ? snapshot.command : plain;
    const child = spawn(program, args, {
      stdio: ["ignore", 2, 2, "ipc"], // what the compiler prints is none of a cell's output
      serialization: "advanced",
      windowsHide: true,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined }, // which Node 20 reads at once, for connections, 80 ms
    });
    let isReady = false;
    child.on("message", (message: LanguageResponse | { ready: true }) => {
      if (child !== current) return; // was given up
      if ("ready" in message) {
        isReady = true;
        if (!isQuick) file?.make();
      } else settle(message);
    });
    const ended = (how: string, signal: NodeJS.Signals | null = null) => {
      if (child !== current) return;
      const reason = `the compiler's process ended (${how})`;
      if (isReady) abandonFirst(new Error(reason));
      else if (isQuick) file?.failed(reason, signal);
      else {
        fail(reason);
        return;
      }
      current = start();
    };
    child.once("error", ({ message }) => ended(message));
    child.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`, signal));
    later = []; // all that waits is sent now
    if (state !== undefined) send(child, { restore: state });
    for (const request of [...running.values(), ...[...waiting.values()].map(({ request }) => request)])
      send(child, request);
    return child;
  }

  function settle(response: LanguageResponse): void {
    const call = waiting.get(response.id);
    if (call === undefined) return;
    waiting.delete(response.id);
    if ("failure" in response) call.reject(new Error(`the compiler failed: ${response.failure}`));
    else {
      if (response.state !== undefined) ({ state } = response);
      call.resolve(response.value);
    }
  }

  /**
   * A process has ended by itself: what it was working on may be why. But what a cell has declared is told another one before it
   * is lost, since most processes that end in the moment after a cell were ended from outside.
   */
  function abandonFirst(error: Error): void {
    const [first] = waiting;
    if (first === undefined) return;
    const [id, call] = first;
    if (call.method === "commit" && !call.isSecond) call.isSecond = true;
    else abandon(id, call, error);
  }

  /** A process does not come to an end with what it is working on, which no commit takes long. */
  function abandonStuck(error: Error): void {
    const stuck = [...waiting].find(([, { method }]) => method !== "commit");
    if (stuck !== undefined) abandon(...stuck, error);
  }

  function abandon(id: number, { reject }: Waiting, error: Error): void {
    waiting.delete(id);
    reject(error);
  }

  const sendLater = () => {
    for (const request of later) send(current, request);
    later = [];
  };

  const ask = (method: keyof ServedLanguage, args: unknown[], pass: (request: object) => void) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const request = { id, method, args };
      waiting.set(id, { method, request, resolve, reject });
      pass(request);
    });
  const remote =
    (method: keyof ServedLanguage) =>
    (...args: unknown[]) => {
      sendLater();
      return ask(method, args, (request) => send(current, request));
    };
  /** For what nobody waits for: an answer that a front end waits for leaves first. */
  const remoteLater =
    (method: keyof ServedLanguage) =>
    (...args: unknown[]) =>
      ask(method, args, (request) => {
        if (later.push(request) === 1) setImmediate(sendLater);
      });
  const [convert, commit, discard] = [remote("convert"), remoteLater("commit"), remoteLater("discard")];
  const ending =
    (method: typeof commit) =>
    async (cell: CellId, ...rest: unknown[]) => {
      try {
        await method(cell, ...rest);
      } finally {
        running.delete(cell);
      }
    };
  return {
    async convert(code: string, cell?: CellId) {
      const conversion = (await convert(code, cell)) as Conversion;
      if (cell !== undefined && conversion.ok) running.set(cell, { id: 0, method: "convert", args: [code, cell] });
      return conversion;
    },
    commit: ending(commit),
    discard: ending(discard),
    complete: remote("complete"),
    inspect: remote("inspect"),
    isComplete: remote("isComplete"),
    outline: remote("outline"),
    expression: remote("expression"),
    renew() {
      const old = current;
      abandonStuck(new LanguageAbandoned("the compiler was given up, as it did not end"));
      current = start();
      old.kill("SIGKILL");
    },
  } as RemoteLanguage;
}

/** To one that has just ended nothing is sent: its successor gets all that waits. */
function send(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => {});
}
