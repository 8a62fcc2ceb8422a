import type { Connection } from "../protocol/connection.ts";
import type { CompleteReply, InspectReply, KernelInfoReply } from "../protocol/contents.ts";
import { toCodePoints, toUnits } from "../protocol/cursor.ts";
import { shown } from "../protocol/shown.ts";
import type { RemoteLanguage } from "../protocol/threads.ts";
import type { OpenComms } from "./comms.ts";
import type { History } from "./history.ts";
import type { Subshells } from "./subshells.ts";

type Content = Record<string, unknown>;

/** Answers a request; what it throws becomes an `error` reply. */
export type Answer = (content: Content) => object | Promise<object>;

/** What knows the answers. */
export interface Knowledge {
  info: KernelInfoReply;
  connection: Connection;
  language: RemoteLanguage;
  history: History;
  comms: OpenComms;
  subshells: Subshells;
}

/** The requests that are answered at once, whatever the session is doing. */
export function immediateAnswers({
  info,
  connection,
  language,
  history,
  comms,
  subshells,
}: Knowledge): ReadonlyMap<string, Answer> {
  const { shell_port, iopub_port, stdin_port, hb_port, control_port } = connection;
  return new Map<string, Answer>([
    ["kernel_info_request", () => info],
    ["connect_request", () => ({ status: "ok", shell_port, iopub_port, stdin_port, hb_port, control_port })],
    ["comm_info_request", (content) => comms.info(content)],
    ["history_request", (content) => history.answer(content)],
    ["is_complete_request", (content) => language.isComplete(codeOf(content))],
    ["complete_request", (content) => complete(language, content)],
    ["inspect_request", (content) => inspect(language, content)],
    ["create_subshell_request", () => subshells.create()],
    ["delete_subshell_request", (content) => subshells.delete(content)],
    ["list_subshell_request", () => subshells.list()],
  ]);
}

async function complete(language: RemoteLanguage, content: Content): Promise<CompleteReply> {
  const code = codeOf(content);
  const { matches, start, end } = await language.complete(code, cursorOf(content, code));
  return {
    status: "ok",
    matches,
    cursor_start: toCodePoints(code, start),
    cursor_end: toCodePoints(code, end),
    metadata: {},
  };
}

async function inspect(language: RemoteLanguage, content: Content): Promise<InspectReply> {
  const code = codeOf(content);
  const data = await language.inspect(code, cursorOf(content, code));
  return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
}

function codeOf({ code }: Content): string {
  if (typeof code !== "string") throw new TypeError(`"code" should be a string, but is ${shown(code)}`);
  return code;
}

/** A UTF-16 offset; without a cursor, the end of the code. */
function cursorOf({ cursor_pos }: Content, code: string): number {
  return typeof cursor_pos === "number" ? toUnits(code, cursor_pos) : code.length;
}
