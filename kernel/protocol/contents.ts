/**
 * Message contents of the Jupyter messaging protocol 5.5, as they travel in the `content` frame.
 * Names are the protocol's own (snake_case), so that a reader can hold them against the specification
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** MIME type to data: text for most types, base64 for binary ones, an object for JSON ones. */
export type MimeBundle = Record<string, unknown>;

export interface LanguageInfo {
  name: string;
  version: string;
  mimetype: string;
  file_extension: string;
  pygments_lexer: string;
  codemirror_mode: string | Record<string, Json>;
  nbconvert_exporter: string;
}

export interface KernelInfoReply {
  status: "ok";
  protocol_version: string;
  implementation: string;
  implementation_version: string;
  language_info: LanguageInfo;
  banner: string;
  debugger: boolean;
  supported_features: string[];
  help_links: { text: string; url: string }[];
}

export interface ExecuteRequest {
  code: string;
  silent: boolean;
  store_history: boolean;
  user_expressions: Record<string, string>;
  allow_stdin: boolean;
  stop_on_error: boolean;
}

/** Why something failed: also the whole content of an iopub `error` message. */
export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** One answer of `user_expressions`. */
export type ExpressionReply =
  | { status: "ok"; data: MimeBundle; metadata: Record<string, unknown> }
  | ({ status: "error" } & ErrorContent);

/** Of one `source` each: `page`, `set_next_input`, `ask_exit`. */
export type ExecutePayload = { source: string } & Record<string, unknown>;

export interface ExecuteReplyOk {
  status: "ok";
  execution_count: number;
  user_expressions: Record<string, ExpressionReply>;
  payload: ExecutePayload[];
}

export interface ExecuteReplyError extends ErrorContent {
  status: "error";
  execution_count: number;
}

/** The request was dropped because an earlier one failed and asked for it with `stop_on_error`. */
export interface ExecuteReplyAborted extends ErrorContent {
  status: "aborted";
  execution_count: number;
}

export type ExecuteReply = ExecuteReplyOk | ExecuteReplyError | ExecuteReplyAborted;

export interface StreamContent {
  name: "stdout" | "stderr";
  text: string;
}

export interface DisplayData {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  transient?: { display_id?: string };
}

export interface ExecuteResult extends DisplayData {
  execution_count: number;
}

export interface ClearOutput {
  wait: boolean;
}

/** `cursor_pos` counts Unicode code points, not UTF-16 units. */
export interface CursorRequest {
  code: string;
  cursor_pos: number;
}

export interface CompleteReply {
  status: "ok";
  matches: string[];
  cursor_start: number;
  cursor_end: number;
  metadata: Record<string, unknown>;
}

export interface InspectReply {
  status: "ok";
  found: boolean;
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

export interface IsCompleteReply {
  status: "complete" | "incomplete" | "invalid" | "unknown";
  /** Present when `incomplete`: what a console puts before the next line. */
  indent?: string;
}

/** What the kernel asks the user, by way of the front end. */
export interface InputRequest {
  prompt: string;
  password: boolean;
}

export type InputReply = { status: "ok"; value: string } | ({ status: "error" } & ErrorContent);

export interface CommOpen {
  comm_id: string;
  target_name: string;
  data: Record<string, unknown>;
}
