import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { endpointOf, exposureOf, readConnectionFile } from "../../kernel/protocol/connection.ts";
import { toCodePoints, toUnits } from "../../kernel/protocol/cursor.ts";
import { headerFactory, type Message } from "../../kernel/protocol/message.ts";
import { Wire } from "../../kernel/protocol/wire.ts";

const newHeader = headerFactory("test");
const message = (content: Record<string, unknown> = { code: "1 + 1" }): Message => ({
  header: newHeader("execute_request"),
  parent: {},
  metadata: {},
  content,
  buffers: [],
});

describe("the wire", () => {
  test("a message survives the way over the wire, with identities and binary buffers", () => {
    const sent = { ...message(), buffers: [Buffer.from([0, 255, 128])] };
    const frames = new Wire("key").encode(sent, [Buffer.from("someone")]);
    const { identities, message: received } = new Wire("key").decode(frames);
    expect(received).toEqual(sent);
    expect(identities.map(String)).toEqual(["someone"]);
  });

  test("the signature is the HMAC-SHA256 of the four JSON frames in hexadecimal", () => {
    const [, signature, ...json] = new Wire("secret").encode(message());
    expect(String(signature)).toBe(createHmac("sha256", "secret").update(Buffer.concat(json)).digest("hex"));
  });

  test("a message signed with another key is refused before it is parsed", () => {
    const frames = new Wire("theirs").encode(message());
    frames[2] = Buffer.from("not JSON");
    expect(() => new Wire("ours").decode(frames)).toThrow("the signature does not match");
  });

  test("a changed byte of the content is refused", () => {
    const frames = new Wire("key").encode(message({ code: "safe" }));
    frames[5] = Buffer.from(JSON.stringify({ code: "evil" }));
    expect(() => new Wire("key").decode(frames)).toThrow("the signature does not match");
  });

  test("the same message twice is refused: it is a replay", () => {
    const wire = new Wire("key");
    const frames = new Wire("key").encode(message());
    wire.decode(frames);
    expect(() => wire.decode(frames)).toThrow("replayed");
  });

  test("without a key nothing is signed or checked, as the protocol says", () => {
    const wire = new Wire("");
    const frames = new Wire("").encode(message());
    expect(String(frames[1])).toBe("");
    wire.decode(frames);
    expect(wire.decode(frames).message.content).toEqual({ code: "1 + 1" });
  });

  test.each([
    ["no delimiter", [Buffer.from("x")], "without the delimiter"],
    ["too few frames", [Buffer.from("<IDS|MSG>"), Buffer.from(""), Buffer.from("{}")], "expected a signature and 4"],
    ["a header without msg_id", ["<IDS|MSG>", "", "{}", "{}", "{}", "{}"].map((text) => Buffer.from(text)), "lacks"],
    [
      "content nested too deep",
      ["<IDS|MSG>", "", '{"msg_id":"1","msg_type":"a"}', "{}", "{}", `{"a":${"[".repeat(500)}${"]".repeat(500)}}`].map(
        (text) => Buffer.from(text),
      ),
      "500 levels",
    ],
    ["an array as content", ["<IDS|MSG>", "", "{}", "{}", "{}", "[]"].map((text) => Buffer.from(text)), "JSON object"],
  ])("malformed frames are refused: %s", (_, frames, problem) => {
    expect(() => new Wire("").decode(frames)).toThrow(problem);
  });
});

describe("the connection file", () => {
  const valid = {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 65535,
    key: "k",
    signature_scheme: "hmac-sha256",
  };
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), "connection-")), "c.json");
    writeFileSync(path, text);
    return path;
  };

  test("gives an address for every channel, by tcp and by ipc", () => {
    const connection = readConnectionFile(file(JSON.stringify({ ...valid, kernel_name: "ignored" })));
    expect(endpointOf(connection, "shell")).toBe("tcp://127.0.0.1:1");
    expect(endpointOf({ ...connection, transport: "ipc", ip: "/run/k" }, "hb")).toBe("ipc:///run/k-65535");
  });

  test.each([
    ["hb_port", 65536, '"hb_port" should be an integer from 1 to 65535, but is 65536'],
    ["shell_port", 0, '"shell_port" should be an integer'],
    ["key", undefined, '"key" should be a string'],
    ["transport", "udp", '"transport" should be "tcp" or "ipc", but is "udp"'],
    ["signature_scheme", "hmac-md5", '"signature_scheme" should be "hmac-sha256"'],
  ])("a wrong %s is named with what was found", (field, value, problem) => {
    const path = file(JSON.stringify({ ...valid, [field]: value }));
    expect(() => readConnectionFile(path)).toThrow(problem);
  });

  test.each(["0.0.0.0", "*", "192.0.2.1"])("without a key, an address that others reach, %s, is refused", (ip) => {
    const path = file(JSON.stringify({ ...valid, ip, key: "" }));
    expect(() => readConnectionFile(path)).toThrow('"key" is empty');
    expect(readConnectionFile(file(JSON.stringify({ ...valid, ip }))).ip).toBe(ip);
  });

  test.each(["127.0.0.1", "127.3.2.1", "localhost", "::1"])(
    "without a key, this machine alone, %s, is served",
    (ip) => {
      expect(readConnectionFile(file(JSON.stringify({ ...valid, ip, key: "" }))).key).toBe("");
    },
  );

  test.skipIf(process.platform === "win32")("a file that others can read is found out", () => {
    const path = file(JSON.stringify(valid));
    chmodSync(path, 0o600);
    expect(exposureOf(path)).toBeUndefined();
    for (const mode of [0o640, 0o604]) {
      chmodSync(path, mode);
      expect(exposureOf(path)).toContain("chmod 600");
    }
  });

  test("a missing file and a file that is not JSON are told apart", () => {
    expect(() => readConnectionFile("/nowhere/c.json")).toThrow("/nowhere/c.json: cannot be read");
    expect(() => readConnectionFile(file("{"))).toThrow("is not JSON");
  });
});

test("a cursor counts code points on the wire and UTF-16 units here", () => {
  expect(toUnits("a😀b", 2)).toBe(3);
  expect(toCodePoints("a😀b", 3)).toBe(2);
  expect(toUnits("ab", 99)).toBe(2);
});
