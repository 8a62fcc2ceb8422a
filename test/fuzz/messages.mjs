/** What is sent to the kernel: from noise to messages that only a mind could object to. */
import { createHmac } from "node:crypto";
import { cell } from "./cells.mjs";
import { brokenJson, hostileValue } from "./values.mjs";

/** Of every request but one: a shutdown would be obeyed, and rightly. */
const requests = {
  execute_request: ["code", "silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error"],
  complete_request: ["code", "cursor_pos"],
  inspect_request: ["code", "cursor_pos", "detail_level"],
  is_complete_request: ["code"],
  history_request: ["hist_access_type", "output", "raw", "session", "start", "stop", "n", "pattern", "unique"],
  comm_info_request: ["target_name"],
  comm_open: ["comm_id", "target_name", "data"],
  comm_msg: ["comm_id", "data"],
  comm_close: ["comm_id", "data"],
  kernel_info_request: [],
  connect_request: [],
  interrupt_request: [],
  input_reply: ["value", "status"],
  debug_request: ["type", "seq", "command", "arguments"],
};

/** Of the debugger's: those that stop a thread would be obeyed, too. */
const debugCommands = ["debugInfo", "initialize", "attach", "dumpCell", "source", "setBreakpoints", "stackTrace", "scopes", "variables", "continue", "next", "inspectVariables", "richInspectVariables", "modules", "exceptionInfo", "disconnect", "constructor", "__proto__"];

const strangers = ["__proto___request", "constructor_request", "toString_request", "_request", "", "status", "debug_request", "create_subshell_request", "execute_reply", "x".repeat(10_000)];

let sent = 0;

/**
 * One thing to send, as the frames on one channel.
 * @param {import("./random.mjs").Choices} choose
 * @param {string} key the connection's
 * @returns {{ kind: string, channel: "shell" | "control" | "stdin" | "iopub" | "hb", frames: (string | Uint8Array)[] }}
 */
export function attack(choose, key) {
  const kind = choose.weighted([
    [1, "noise"],
    [2, "damaged"],
    [2, "not JSON"],
    [4, "hostile"],
    [4, "valid"],
  ]);
  const channel = choose.weighted([
    [6, "shell"],
    [2, "control"],
    [2, "stdin"],
    [kind === "noise" ? 2 : 0, "iopub"],
    [kind === "noise" ? 2 : 0, "hb"],
  ]);
  return { kind, channel, frames: makers[kind](choose, key) };
}

const makers = {
  noise: (choose) => choose.list(1 + choose.below(8), () => choose.bytes(choose.pick([0, 1, 10, 64, 10_000]))),
  damaged: (choose, key) => damage(choose, signed(key, parts(choose, validContent(choose)))),
  "not JSON": (choose, key) => {
    const json = parts(choose, validContent(choose));
    json[choose.below(4)] = brokenJson(choose);
    return signed(key, json);
  },
  hostile: (choose, key) => signed(key, hostileParts(choose), buffersOf(choose)),
  valid: (choose, key) => signed(key, parts(choose, validContent(choose)), buffersOf(choose)),
};

const signed = (key, json, buffers = []) => {
  const hmac = createHmac("sha256", key);
  for (const part of json) hmac.update(part);
  return ["<IDS|MSG>", hmac.digest("hex"), ...json, ...buffers];
};

const buffersOf = (choose) =>
  choose.chance(0.2) ? choose.list(choose.below(4), () => choose.bytes(choose.pick([0, 1, 1000]))) : [];

const header = (type) => ({
  msg_id: `fuzz-${sent++}`,
  session: "fuzz",
  username: "fuzz",
  date: new Date(0).toISOString(),
  msg_type: type,
  version: "5.5",
});

const parts = (choose, [type, content]) => [header(type), {}, {}, content].map((part) => JSON.stringify(part));

function validContent(choose) {
  const type = choose.weighted(Object.keys(requests).map((name) => [name === "execute_request" ? 4 : 1, name]));
  const code = cell(choose);
  const comm_id = `comm-${choose.below(5)}`;
  const fields = {
    code,
    cursor_pos: choose.pick([0, code.length, choose.below(code.length + 1), -1, 1e9, 0.5]),
    detail_level: choose.below(2),
    silent: choose.chance(0.1),
    store_history: choose.chance(0.9),
    allow_stdin: choose.chance(0.3),
    stop_on_error: choose.chance(0.5),
    user_expressions: choose.chance(0.3) ? { a: cell(choose), __proto__x: "1" } : {},
    hist_access_type: choose.pick(["tail", "range", "search"]),
    output: choose.chance(0.5),
    raw: true,
    unique: choose.chance(0.5),
    session: choose.below(5) - 2,
    start: choose.below(20) - 10,
    stop: choose.below(20) - 10,
    n: choose.pick([0, 1, 10, -1, 1e9]),
    pattern: choose.pick(["*", "?".repeat(50), `${"*a".repeat(50)}b`, "[", "\\", ""]),
    comm_id,
    target_name: choose.pick(["echo", "nobody", "__proto__"]),
    data: { x: choose.below(10) },
    value: choose.pick(["", "typed", "x".repeat(100_000)]),
    status: choose.pick(["ok", "error"]),
    type: "request",
    seq: choose.below(100),
    command: choose.pick(debugCommands),
    arguments: {
      code,
      source: { path: choose.pick(["", "/etc/passwd", "x".repeat(10_000)]) },
      breakpoints: [],
      frameId: choose.below(3),
      variablesReference: choose.below(3),
      variableName: choose.pick(["console", "a b", "__proto__", "x".repeat(10_000)]),
    },
  };
  return [type, Object.fromEntries(requests[type].map((name) => [name, fields[name]]))];
}

/** Right on the wire, wrong in what it says: each field may be missing, of another type, or worse. */
function hostileParts(choose) {
  const type = choose.chance(0.15) ? choose.pick(strangers) : choose.pick(Object.keys(requests));
  const content = (requests[type] ?? ["a"])
    .filter(() => choose.chance(0.85))
    .map((name) => `${JSON.stringify(name)}:${likely(choose, name) ?? hostileValue(choose)}`);
  if (choose.chance(0.2)) content.push(`"__proto__":${hostileValue(choose)}`);
  const head = header(type);
  const heads = Object.entries(head).map(([name, value]) => {
    const damaged = choose.chance(0.05) || (choose.chance(0.2) && name !== "msg_type" && name !== "msg_id");
    return `${JSON.stringify(name)}:${damaged ? hostileValue(choose) : JSON.stringify(value)}`;
  });
  const parent = choose.chance(0.2) ? `{"msg_id":${hostileValue(choose)}}` : "{}";
  const metadata = choose.chance(0.2) ? `{"a":${hostileValue(choose)}}` : "{}";
  return [`{${heads.join(",")}}`, parent, metadata, `{${content.join(",")}}`];
}

/** What makes some of the hostile messages come further than to the check of their first field. */
function likely(choose, name) {
  if (name === "code" && choose.chance(0.3)) return JSON.stringify(cell(choose));
  if (name === "command" && choose.chance(0.8)) return JSON.stringify(choose.pick(debugCommands));
  return undefined;
}

function damage(choose, frames) {
  const at = choose.below(frames.length);
  const bytes = Buffer.from(frames[at]);
  return choose.pick([
    () => frames.toSpliced?.(at, 1) ?? frames.filter((_, i) => i !== at),
    () => [...frames, ...frames],
    () => frames.flatMap((frame, i) => (i === at ? [frame, frame] : [frame])),
    () => frames.map((frame, i) => (i === at ? bytes.subarray(0, choose.below(bytes.length + 1)) : frame)),
    () => frames.map((frame, i) => (i === at ? Buffer.concat([bytes, choose.bytes(3)]) : frame)),
    () => frames.slice(0, at),
    () => ["an identity too many", ...frames],
    () => [frames[0], "0".repeat(64), ...frames.slice(2)],
    () => [frames[0], "", ...frames.slice(2)],
  ])();
}
