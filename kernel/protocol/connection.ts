import { readFileSync, statSync } from "node:fs";

/** The five sockets of a kernel. */
export type Channel = "shell" | "iopub" | "stdin" | "control" | "hb";

export const channels: readonly Channel[] = ["shell", "iopub", "stdin", "control", "hb"];

/** The connection file: where a kernel listens, and the secret that both ends sign with. */
export interface Connection {
  transport: "tcp" | "ipc";
  /** An address for tcp, a path prefix for ipc. */
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  /** Empty: messages are not signed. */
  key: string;
  signature_scheme: "hmac-sha256";
}

/** A connection file that cannot be used; the message names the file, the field, and what was found. */
export class ConnectionFileError extends Error {
  override readonly name = "ConnectionFileError";

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`connection file ${path}: ${problem}`, options);
  }
}

/** @throws ConnectionFileError if the file is missing, is not JSON, or lacks a field a kernel needs */
export function readConnectionFile(path: string): Connection {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConnectionFileError(path, "cannot be read; pass the path that the front end wrote", { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ConnectionFileError(path, "is not JSON", { cause: error });
  }
  return validate(path, parsed);
}

/** Why other users of this machine could run code in the kernel of this file; undefined if they cannot read its key. */
export function exposureOf(path: string): string | undefined {
  const readableByOthers = 0o044;
  if (process.platform === "win32" || (statSync(path).mode & readableByOthers) === 0) return undefined;
  return `connection file ${path}: other users can read the key in it, and so run code as you; chmod 600 it`;
}

function validate(path: string, parsed: unknown): Connection {
  if (typeof parsed !== "object" || parsed === null) throw new ConnectionFileError(path, "is not a JSON object");
  const fields = parsed as Record<string, unknown>;
  const expect = <T>(name: string, accepted: (value: unknown) => value is T, expected: string): T => {
    const value = fields[name];
    if (!accepted(value)) {
      throw new ConnectionFileError(path, `"${name}" should be ${expected}, but is ${JSON.stringify(value)}`);
    }
    return value;
  };
  const port = (name: string) => expect(name, isPort, "an integer from 1 to 65535");
  const connection: Connection = {
    transport: expect("transport", isTransport, '"tcp" or "ipc"'),
    ip: expect("ip", isText, "an address"),
    shell_port: port("shell_port"),
    iopub_port: port("iopub_port"),
    stdin_port: port("stdin_port"),
    control_port: port("control_port"),
    hb_port: port("hb_port"),
    key: expect("key", isString, "a string"),
    signature_scheme: expect("signature_scheme", isScheme, '"hmac-sha256"'),
  };
  if (connection.key === "" && connection.transport === "tcp" && !isLoopback(connection.ip)) {
    const problem = `"key" is empty, so everybody who reaches ${connection.ip} could run code`;
    throw new ConnectionFileError(path, `${problem}; set a key, or "ip" to 127.0.0.1`);
  }
  return connection;
}

const isLoopback = (ip: string): boolean => /^(localhost|127\..*|\[?::1\]?)$/.test(ip);

const isString = (value: unknown): value is string => typeof value === "string";
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isTransport = (value: unknown): value is Connection["transport"] => value === "tcp" || value === "ipc";
const isScheme = (value: unknown): value is "hmac-sha256" => value === "hmac-sha256";
const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;

/** The ZeroMQ address of a channel: `tcp://127.0.0.1:5001`, `ipc:///run/kernel-1`. */
export function endpointOf(connection: Connection, channel: Channel): string {
  const port = connection[`${channel}_port`];
  return connection.transport === "tcp" ? `tcp://${connection.ip}:${port}` : `ipc://${connection.ip}-${port}`;
}
