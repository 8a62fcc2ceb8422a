import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type DownloadProgress, download } from "../../../lib/data/download.ts";
import { publishedSets } from "../../../lib/data/sources.ts";
import { DataError } from "../../../lib/errors.ts";
import { folderOf } from "./idx-files.ts";

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers so, and what it was asked. */
async function serve(handler: Handler): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const url = await listen(
    createServer((incoming, response) => {
      asked.push(incoming);
      handler(incoming, response);
    }),
  );
  return { url: `${url}/data/numbers.bin`, asked };
}

/** Sends a file, or its rest where that is asked for, cut off after so many bytes. */
function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: { tag?: string; cut?: number; ranges?: boolean },
) {
  const { tag, cut = Number.POSITIVE_INFINITY, ranges = true } = options;
  const from = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? "")?.[1] ?? 0);
  const condition = incoming.headers["if-range"];
  const rest = ranges && from > 0 && (condition === undefined || condition === tag);
  const bytes = content.subarray(rest ? from : 0);
  response.writeHead(rest ? 206 : 200, {
    "content-length": bytes.length,
    ...(tag !== undefined && { etag: tag }),
    ...(rest && { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  if (bytes.length <= cut) response.end(bytes);
  else response.write(bytes.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
}

const whole: Handler = (incoming, response) => send(incoming, response, { tag: '"one"' });
const refusing =
  (status: number): Handler =>
  (_, response) => {
    response.writeHead(status);
    response.end("no");
  };

const silent = { progress: false } as const;
const file = (urls: string[], more: object = {}) => ({ urls, bytes: content.length, sha256: sha256(content), ...more });
const contentIn = (folder: string): Buffer => readFileSync(join(folder, "numbers.bin"));

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

beforeEach(() => {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("download", () => {
  test("fetches a file, names it when it is whole and right, and tells how far it is", async () => {
    const { url, asked } = await serve(whole);
    const folder = join(folderOf({}), "made", "on the way");
    const told: DownloadProgress[] = [];
    const result = await download(file([url]), { folder, progress: (progress) => told.push(progress) });
    expect(result).toBe(folder);
    expect(contentIn(folder).equals(content)).toBe(true);
    expect(readdirSync(folder)).toEqual(["numbers.bin"]);
    expect(told[0]).toEqual({ file: "numbers.bin", index: 1, count: 1, done: 0, bytes: content.length });
    expect(told.at(-1)?.done).toBe(content.length);
    expect(asked[0]?.headers["accept-encoding"]).toBe("identity");
  });

  test("asks for nothing where the file is there and right", async () => {
    const { url, asked } = await serve(whole);
    const folder = folderOf({ "numbers.bin": content });
    await download(file([url]), { folder, ...silent });
    expect(asked).toHaveLength(0);
  });

  test("leaves another file of the name alone, and says so", async () => {
    const { url, asked } = await serve(whole);
    const folder = folderOf({ "numbers.bin": Buffer.alloc(content.length) });
    expect(await failure(download(file([url]), { folder, ...silent }))).toMatch(
      /published file, of sha256.*\n[\s\S]*take it away/,
    );
    expect(await failure(download(file([url], { bytes: 5 }), { folder, ...silent }))).toMatch(
      /of 5 bytes\n.*300000 bytes/,
    );
    expect(asked).toHaveLength(0);
    expect(contentIn(folder)[0]).toBe(0);
  });

  test("tries the next address where one says no, has another file, or does not answer", async () => {
    const [gone, changed, good] = [
      await serve(refusing(404)),
      await serve((_, response) => response.end("short")),
      await serve(whole),
    ];
    const folder = folderOf({});
    const nobody = "http://127.0.0.1:1/numbers.bin";
    await download(file([gone.url, changed.url, nobody, good.url]), { folder, ...silent });
    expect(contentIn(folder).equals(content)).toBe(true);
    expect([gone.asked.length, changed.asked.length]).toEqual([1, 1]);
  });

  test("refuses a file whose checksum is another, and leaves nothing of it", async () => {
    const { url } = await serve(whole);
    const folder = folderOf({});
    const message = await failure(download(file([url], { sha256: "00", md5: md5(content) }), { folder, ...silent }));
    expect(message).toMatch(/127\.0\.0\.1:\d+: sha256 00 expected, [0-9a-f]{64} found/);
    expect(readdirSync(folder).filter((name) => name !== "numbers.bin.part.from")).toEqual([]);
    await download({ urls: [url], md5: md5(content).toUpperCase() }, { folder, ...silent });
    expect(contentIn(folder).equals(content)).toBe(true);
  });

  test("goes on where it was cut off, if the server still has the same file", async () => {
    let cuts = 0;
    const { url, asked } = await serve((incoming, response) =>
      send(incoming, response, { tag: '"one"', ...(cuts++ < 2 && { cut: 100_000 }) }),
    );
    const folder = folderOf({});
    await download(file([url]), { folder, ...silent });
    expect(contentIn(folder).equals(content)).toBe(true);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
    expect(asked[1]?.headers["if-range"]).toBe('"one"');
  });

  test("goes on in another run, too", async () => {
    const dying = await serve((incoming, response) => send(incoming, response, { tag: '"one"', cut: 1000 }));
    const folder = folderOf({});
    expect(await failure(download(file([dying.url]), { folder, ...silent }))).toContain("the connection was cut");
    const before = readFileSync(join(folder, "numbers.bin.part")).length;
    expect(before).toBeGreaterThan(0);
    const healthy = await serve(whole);
    writeFileSync(join(folder, "numbers.bin.part.from"), `${healthy.url}\n"one"`);
    await download(file([healthy.url]), { folder, ...silent });
    expect(healthy.asked[0]?.headers.range).toBe(`bytes=${before}-`);
    expect(contentIn(folder).equals(content)).toBe(true);
  });

  test.each([
    ["the file has changed", { tag: '"two"' }],
    ["the server knows no ranges", { tag: '"one"', ranges: false }],
  ])("begins anew where %s", async (_, options) => {
    const { url } = await serve((incoming, response) => send(incoming, response, options));
    const folder = folderOf({
      "numbers.bin.part": Buffer.alloc(50_000),
      "numbers.bin.part.from": Buffer.from(`${url}\n"one"`),
    });
    await download(file([url]), { folder, ...silent });
    expect(contentIn(folder).equals(content)).toBe(true);
  });

  test("begins anew where the server has no such rest, and where the beginning is from elsewhere", async () => {
    const { url, asked } = await serve((incoming, response) => {
      if (incoming.headers.range === undefined) return send(incoming, response, {});
      response.writeHead(416);
      return response.end();
    });
    const folder = folderOf({
      "numbers.bin.part": Buffer.alloc(500),
      "numbers.bin.part.from": Buffer.from(`${url}\n"x"`),
    });
    await download(file([url]), { folder, ...silent });
    expect(asked).toHaveLength(2);
    const other = folderOf({
      "numbers.bin.part": Buffer.alloc(500),
      "numbers.bin.part.from": Buffer.from("http://x/\n"),
    });
    await download(file([url]), { folder: other, ...silent });
    expect(contentIn(other).equals(content)).toBe(true);
  });

  test("follows redirections", async () => {
    const { url } = await serve(whole);
    const old = await serve((_, response) => response.writeHead(302, { location: url }).end());
    const folder = folderOf({});
    await download(file([old.url]), { folder, ...silent });
    expect(contentIn(folder).equals(content)).toBe(true);
  });

  test("gives an address up that sends nothing, and ends when it is told to", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 1000));
    });
    const folder = folderOf({});
    expect(await failure(download(file([url]), { folder, ...silent, timeout: 0.5 }))).toContain("nothing more came");
    const controller = new AbortController();
    const stopped = download(file([url]), { folder, ...silent, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 200);
    await expect(stopped).rejects.toThrow("enough");
    expect(existsSync(join(folder, "numbers.bin"))).toBe(false);
  });

  test("refuses more than there should be", async () => {
    const { url } = await serve((_, response) => {
      response.write(content);
      response.end("more");
    });
    const message = await failure(download(file([url]), { folder: folderOf({}), ...silent }));
    expect(message).toContain("more than 300000 bytes");
  });

  test("says how to do it by hand", async () => {
    const { url } = await serve(refusing(403));
    const folder = folderOf({});
    const message = await failure(download([file([url, "http://127.0.0.1:1/x"])], { folder, ...silent }));
    expect(message).toMatch(/found {4}127\.0\.0\.1:\d+: 403 Forbidden\n {11}127\.0\.0\.1:1: .*(refused|bad port)/);
    expect(message).toContain(
      `into the folder ${folder}\n    numbers.bin (300000 bytes, sha256 ${sha256(content)})\n      ${url}`,
    );
    expect(message).toContain("run the same again");
  });
});

describe("proxies", () => {
  /** A proxy for plain requests and for tunnels; counts what it passes on. */
  async function proxy(): Promise<{ url: string; passed: string[] }> {
    const passed: string[] = [];
    const server = createServer((incoming, response) => {
      passed.push(incoming.url!);
      const onward = request(incoming.url!, { headers: incoming.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    });
    server.on("connect", (incoming, socket) => {
      passed.push(incoming.url!);
      const [host, port] = incoming.url!.split(":");
      const onward = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      onward.on("error", () => socket.destroy());
      socket.on("error", () => onward.destroy());
    });
    return { url: await listen(server), passed };
  }

  test.each(["HTTP_PROXY", "http_proxy"])("are taken from %s, and not for hosts of NO_PROXY", async (name) => {
    const { url, asked } = await serve(whole);
    const between = await proxy();
    vi.stubEnv(name, between.url);
    await download(file([url]), { folder: folderOf({}), ...silent });
    expect(between.passed).toHaveLength(1);
    expect(between.passed[0]).toContain(new URL(url).host);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    await download(file([url]), { folder: folderOf({}), ...silent });
    expect(between.passed).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });
});

describe("archives", () => {
  /** A member of a tar archive. */
  function member(name: string, bytes: Buffer, type = "0"): Buffer {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write("0000644\0", 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(type, 156);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  }
  const end = Buffer.alloc(1024);
  const batch = content.subarray(0, 3073);
  const tar = Buffer.concat([
    member("set/", Buffer.alloc(0), "5"),
    member("set/readme", Buffer.from("x")),
    member("set/../a.bin", batch),
    end,
  ]);
  const archive = (packed: Buffer, members: Record<string, number>) => async () => {
    const { url, asked } = await serve((_, response) => response.end(packed));
    const folder = folderOf({});
    const what = { urls: [url], sha256: sha256(packed), name: "set.tar.gz", members };
    return { folder, asked, run: () => download(what, { folder, ...silent }) };
  };

  test("are unpacked: what was asked for alone, into the folder itself; then they go", async () => {
    const { folder, asked, run } = await archive(gzipSync(tar), { "a.bin": 3073 })();
    await run();
    expect(readdirSync(folder)).toEqual(["a.bin"]);
    expect(readFileSync(join(folder, "a.bin")).equals(batch)).toBe(true);
    await run();
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["a member of another size", gzipSync(tar), { "a.bin": 3074 }, /3074 bytes of a\.bin\n.*3073/],
    ["a missing member", gzipSync(tar), { "b.bin": 5 }, /holds b\.bin\n.*its end/],
    ["one cut short", gzipSync(tar.subarray(0, 3000)), { "a.bin": 3073 }, /bytes more\n.*end of the archive/],
    ["a damaged header", gzipSync(Buffer.concat([Buffer.alloc(512, 1), end])), { "a.bin": 1 }, /checksum is right/],
    ["no archive", Buffer.from("nothing packed"), { "a.bin": 1 }, /intact \.tar\.gz/],
  ] as [string, Buffer, Record<string, number>, RegExp][])("are refused: %s", async (_, packed, members, message) => {
    const { folder, run } = await archive(packed, members)();
    expect(await failure(run())).toMatch(message);
    expect(existsSync(join(folder, "a.bin"))).toBe(false);
  });
});

describe("what can be downloaded", () => {
  test("refuses unknown sets, addresses that are none, names that lead elsewhere, and unknown options", async () => {
    await expect(download("imagenet" as never)).rejects.toThrow(/no set the text "imagenet"\n.*mnist, fashion-mnist/);
    await expect(download({ urls: [] })).rejects.toThrow(/urls is a plain array\n/);
    await expect(download({ urls: ["ftp://x/y"] })).rejects.toThrow("urls is");
    await expect(download({ urls: ["http://x/y"], name: "../y" })).rejects.toThrow('the name is the text "../y"');
    await expect(download({ urls: ["http://x/"] })).rejects.toThrow('the name is the text ""');
    await expect(download("mnist", { dir: "x" } as never)).rejects.toThrow('unknown option "dir"');
    await expect(download("mnist", { timeout: 0 })).rejects.toThrow("timeout is 0");
  });

  test("the cache is where STRIDELAB_DATA says, or the platform; a full one is not fetched again", async () => {
    const base = folderOf({});
    vi.stubEnv("STRIDELAB_DATA", base);
    mkdirSync(join(base, "cifar100"));
    const { members } = publishedSets.cifar100[0]!;
    for (const [name, bytes] of Object.entries(members!)) {
      writeFileSync(join(base, "cifar100", name), "");
      const { truncateSync } = await import("node:fs");
      truncateSync(join(base, "cifar100", name), bytes); // sparse: it takes no room
    }
    expect(await download("cifar100", silent)).toBe(join(base, "cifar100"));
  });

  test("every known file has an address, a checksum of the right length, and a name that its reader looks for", () => {
    for (const [set, files] of Object.entries(publishedSets)) {
      for (const { urls, md5: sum, members } of files) {
        expect(urls.every((url) => /^https?:\/\/[^/]+\/.*\.gz$/.test(url))).toBe(true);
        expect(sum).toMatch(/^[0-9a-f]{32}$/);
        if (!set.startsWith("cifar")) expect(urls[0]).toMatch(/\/(train|t10k)-(images-idx3|labels-idx1)-ubyte\.gz$/);
        else expect(Object.keys(members!).every((name) => name.endsWith(".bin"))).toBe(true);
      }
    }
  });
});
