import type { KernelClient, KernelOutput } from "../../../kernel/notebook/client.ts";
import type { ExecuteReply } from "../../../kernel/protocol/contents.ts";

/** What a cell does, found by its source. */
export interface Act {
  outputs?: KernelOutput[];
  /** Default ok. */
  reply?: "ok" | "error";
  /** Ends only when interrupted. */
  hangs?: true;
  /** The process dies while the cell runs. */
  dies?: Error;
}

export interface FakeClient extends KernelClient {
  readonly executed: string[];
  interrupts: number;
}

/** A kernel that plays the given parts, to test what stands above the sockets without a process. */
export function fakeClient(acts: Record<string, Act>): FakeClient {
  let interrupted = (): void => {};
  const failed = { ename: "Error", evalue: "no", traceback: ["Error: no"] };
  const client: FakeClient = {
    executed: [],
    interrupts: 0,
    info: {
      status: "ok",
      protocol_version: "5.5",
      implementation: "fake",
      implementation_version: "0",
      language_info: {
        name: "typescript",
        version: "5",
        mimetype: "text/x-typescript",
        file_extension: ".ts",
        pygments_lexer: "typescript",
        codemirror_mode: "typescript",
        nbconvert_exporter: "script",
      },
      banner: "",
      debugger: false,
      supported_features: [],
      help_links: [],
    },
    async execute(code, { onOutput } = {}): Promise<ExecuteReply> {
      const act = acts[code] ?? {};
      const execution_count = client.executed.push(code);
      for (const output of act.outputs ?? []) onOutput?.(output);
      if (act.dies) throw act.dies;
      if (act.hangs) await new Promise<void>((resolve) => (interrupted = resolve));
      if (act.reply === "error" || act.hangs) {
        onOutput?.({ type: "error", content: failed });
        return { status: "error", execution_count, ...failed };
      }
      return { status: "ok", execution_count, user_expressions: {}, payload: [] };
    },
    request: () => Promise.reject(new Error("not part of this play")),
    async interrupt() {
      client.interrupts++;
      interrupted();
    },
    async shutdown() {},
    exited: new Promise(() => {}),
  };
  return client;
}
