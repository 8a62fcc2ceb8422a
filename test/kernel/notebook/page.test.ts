import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { exportHtml } from "../../../kernel/notebook/html/page.ts";
import type { Cell, Output } from "../../../kernel/notebook/notebook.ts";

const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const text = (source: string, attachments?: Record<string, Record<string, unknown>>): Cell => ({
  type: "markdown",
  id: "m",
  source,
  metadata: {},
  ...(attachments && { attachments }),
});

const shown = (data: Record<string, unknown>, metadata = {}): Output => ({ type: "display_data", data, metadata });

const code = (...outputs: Output[]): Cell => ({
  type: "code",
  id: "c",
  source: 'const a = "<b>";',
  metadata: {},
  executionCount: 1,
  outputs,
});

const pageOf = (cells: Cell[], folder = "."): Promise<string> =>
  exportHtml({ cells, metadata: {}, minor: 5 }, { name: "file-name", folder });

const mainOf = (page: string): string => /<main>(.*)<\/main>/s.exec(page)![1]!;

const FIGURE = {
  data: [{ type: "scatter", name: "</script><script>alert(1)</script><!--", y: [1, 2] }],
  layout: { xaxis: { title: { text: "step" } } },
};
const figure = (extra: Record<string, unknown> = {}) =>
  shown({ "application/vnd.plotly.v1+json": FIGURE, "image/png": DOT, "text/plain": "a curve", ...extra });

/** Addresses in places from which a browser would fetch something, apart from what is inside the page. */
function fetched(page: string): string[] {
  const places = [
    /<[^>]+\s(?:src|srcset|href|poster|data|action|background)\s*=\s*["']?([^"'\s>]+)/gi,
    /\burl\(\s*["']?([^"')]+)/gi,
    /@import\s+["']?([^"';]+)/gi,
  ];
  // What stands in quotes behind url(data:...) is content, though a drawing in there may have a url() of its own.
  const outside = page.replace(/url\("data:[^"]*"\)/g, "");
  const found = places.flatMap((place) => [...outside.matchAll(place)].map((match) => match[1]!));
  return found.filter((address) => !address.startsWith("data:") && !address.startsWith("#"));
}

/** Every address in the text; XML namespaces are names, which nobody fetches. */
const addresses = (page: string): string[] =>
  (page.match(/(?:https?:)?\/\/[\w-]+(?:\.[\w-]+)+[^\s"'<>)]*/g) ?? []).filter(
    (address) => !/^http:\/\/www\.w3\.org\//.test(address),
  );

describe("the page", () => {
  test("holds everything that it shows: nothing in it can be fetched, and its policy forbids trying", async () => {
    const page = await pageOf([text("# Title\n\n$x$ سلام Привет *it* `code`"), code(figure())]);
    expect(fetched(page)).toEqual([]);
    // Base64 has single slashes and no dots, so fonts and the packed script give no false addresses.
    expect(addresses(page)).toEqual([]);
    expect(page).toContain(`content="default-src 'none'; img-src data: blob:;`);
  });

  test("has plotly once, with its own addresses voided, for any number of figures", async () => {
    const page = await pageOf([code(figure(), figure()), code(figure())]);
    const packed = [...page.matchAll(/<script type="text\/plain" id="plotly-library">([^<]*)</g)];
    expect(packed).toHaveLength(1);
    const plotly = gunzipSync(Buffer.from(packed[0]![1]!, "base64")).toString();
    expect(plotly).toContain("Plotly");
    expect(plotly.match(/https?:\/\/(?!www\.w3\.org\/)/g)).toBeNull();
    expect(page.length).toBeLessThan(1_600_000);
  });

  test("has no plotly without a figure that the embedded plotly can draw", async () => {
    const surface = { "application/vnd.plotly.v1+json": { data: [{ type: "surface" }] }, "image/png": DOT };
    const page = await pageOf([code(shown(surface))]);
    expect(page).not.toContain("plotly-library");
    expect(mainOf(page)).toContain(`<img class="picture" src="data:image/png;base64,${DOT}"`);
  });

  test("shows a figure's picture until the script draws, and no text of a figure ends its script", async () => {
    const main = mainOf(await pageOf([code(figure({ "text/html": "<b>not this</b>" }))]));
    const [, picture, data] =
      /<figure class="plotly"><div class="static">(.*?)<\/div><script type="application\/json">(.*?)<\/script><\/figure>/s.exec(
        main,
      )!;
    expect(picture).toContain('alt="a curve"');
    expect(data).not.toContain("<");
    expect(JSON.parse(data!)).toEqual(FIGURE);
    expect(main).not.toContain("not this");
  });

  test("takes of several types the first of html, svg, png, jpeg, markdown, latex, json, text", async () => {
    const types = {
      "text/html": ["<i>html</i>", '<div class="html"><i>html</i></div>'],
      "image/svg+xml": ["<svg></svg>", "data:image/svg+xml;base64,"],
      "image/png": [DOT, "data:image/png;base64,"],
      "image/jpeg": ["/9j/", "data:image/jpeg;base64,/9j/"],
      "text/markdown": ["**bold**", "<strong>bold</strong>"],
      "text/latex": ["$\\alpha$", "<math"],
      "application/json": [{ a: "<" }, "&quot;a&quot;: &quot;&lt;&quot;"],
      "text/plain": ["<plain>", "&lt;plain&gt;"],
    } as const;
    const all = Object.entries(types);
    for (const [i, [, [, expected]]] of all.entries()) {
      // Whatever order the bundle is in.
      const data = Object.fromEntries(
        all
          .slice(i)
          .map(([mime, [content]]) => [mime, content])
          .reverse(),
      );
      expect(mainOf(await pageOf([code(shown(data))]))).toContain(expected);
    }
  });

  test("gives a drawing its namespace and pictures their text and size", async () => {
    const data = { "image/svg+xml": '<svg viewBox="0 0 1 1"/>', "text/plain": 'a "dot"\nof one pixel' };
    const main = mainOf(await pageOf([code(shown(data, { "image/svg+xml": { width: 20 } }))]));
    const [, content, alt, width] = /src="data:image\/svg\+xml;base64,([^"]*)" alt="([^"]*)" width="(\d+)"/.exec(main)!;
    expect(Buffer.from(content!, "base64").toString()).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect([alt, width]).toEqual(["a &quot;dot&quot;", "20"]);
  });

  test("escapes source, streams and errors, and takes terminal colours out", async () => {
    const main = mainOf(
      await pageOf([
        code(
          { type: "stream", name: "stderr", text: "\u001b[33mwarn\u001b[0m <b>" },
          { type: "error", ename: "E", evalue: "v", traceback: ["\u001b[31mE\u001b[39m: <v>", "at cell 1"] },
        ),
      ]),
    );
    expect(main).toContain('<pre class="output stream stderr" dir="auto">warn &lt;b&gt;</pre>');
    expect(main).toContain('<pre class="output error">E: &lt;v&gt;\nat cell 1</pre>');
    expect(main).toContain("&quot;&lt;b&gt;&quot;");
  });

  test("embeds only the fonts that its text needs", async () => {
    const families = async (source: string) => {
      const rules = (await pageOf([text(source)])).match(/font-family: "[^"]*";\n {2}font-style: \w+/g) ?? [];
      return rules.map((rule) => rule.replace(/font-family: "|( Variable)?";\n {2}font-style:/g, ""));
    };
    expect(await families("plain")).toEqual(["Source Serif 4 normal"]);
    expect(await families("*it* and `code`")).toEqual([
      "Source Serif 4 normal",
      "Source Serif 4 italic",
      "JetBrains Mono normal",
    ]);
    expect(await families("Привет")).toEqual(["Source Serif 4 normal", "Source Serif 4 normal"]);
    expect(await families("سلام $x$")).toEqual(["Source Serif 4 normal", "Vazirmatn normal", "STIX Two Math normal"]);
  });
});

describe("text on the page", () => {
  const main = async (source: string, attachments?: Record<string, Record<string, unknown>>, folder?: string) =>
    mainOf(await pageOf([text(source, attachments)], folder));

  test("has formulas as MathML, and a bad one as its source with the reason", async () => {
    expect(await main("so $x^2$ and\n\n$$\ny =\nx\n$$")).toMatch(
      /<math dir="ltr".*<math dir="ltr"[^>]*display="block"/s,
    );
    const bad = await main("before $\\frac{<$ after");
    expect(bad).toMatch(
      /before <span class="math-error" dir="ltr"><code>\\frac\{&lt;<\/code> <em>.+<\/em><\/span> after/,
    );
  });

  test.each(["costs $5 and $6", "a \\$x\\$ b", "`$x$`", "$ x $", "one $ alone", "$$ not closed"])(
    "has no formula in %j",
    async (source) => {
      expect(await main(source)).not.toContain("<math");
    },
  );

  test("finds its direction block by block, and code and formulas do not decide it", async () => {
    const html = await main("سلام\n\nhello\n\n- تمرین\n\n  دوم\n\n> نقل");
    expect(html.match(/<(p|ul|li|blockquote)( dir="auto")?>/g)).toEqual([
      '<p dir="auto">',
      '<p dir="auto">',
      '<ul dir="auto">',
      "<li>",
      "<p>",
      "<p>",
      '<blockquote dir="auto">',
      "<p>",
    ]);
  });

  test("has a table of contents with anchors of its own for equal headings, and its title", async () => {
    const page = await pageOf([text("# Main $x$\n\n## Part\n\n### Part"), text("## بخش [link](#part)")]);
    expect(
      [...page.matchAll(/<li class="level-(\d)" dir="auto"><a href="#([^"]*)">([^<]*)<\/a>/g)].map(([, ...m]) => m),
    ).toEqual([
      ["2", "part", "Part"],
      ["3", "part-2", "Part"],
      ["2", "بخش-link", "بخش link"],
    ]);
    expect(page).toContain("<title>Main x</title>");
    expect(await pageOf([text("no heading")])).toContain("<title>file-name</title>");
    expect(await pageOf([text("## only one")])).not.toContain("<nav");
  });

  test("embeds pictures of its folder and its attachments, and says which one is missing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "page-"));
    await writeFile(join(folder, "a dot.png"), Buffer.from(DOT, "base64"));
    const embedded = `<img src="data:image/png;base64,${DOT}" alt="dot">`;
    expect(await main("![dot](a%20dot.png)", {}, folder)).toContain(embedded);
    expect(await main("![dot](attachment:d.png)", { "d.png": { "image/png": DOT } })).toContain(embedded);
    expect(await main("![dot](none.png)", {}, folder)).toContain("dot (no such picture: none.png)");
    expect(await main("![dot](https://example.org/dot.png)")).toContain(
      '<a href="https://example.org/dot.png">dot</a>',
    );
  });
});
