import { describe, expect, test } from "vitest";
import { type Displayable, displaySymbol, html, latex, md, svg } from "../../../kernel/api/index.ts";

const draw = (value: Displayable) => value[displaySymbol]();
const htmlOf = (value: Displayable) => (draw(value) as Record<string, unknown>)["text/html"];

/** A value that draws itself in this one format. */
const drawing = (mime: string, data: unknown) => ({
  [displaySymbol]: () => ({ [mime]: data, "text/plain": "a <pic>" }),
});

describe("html", () => {
  test("escapes what a template is given, and takes a plain text as it is", () => {
    expect(htmlOf(html`<i title="${'"'}">${"<b> & c"}</i>`)).toBe('<i title="&quot;">&lt;b&gt; &amp; c</i>');
    expect(htmlOf(html("<b>hi</b>"))).toBe("<b>hi</b>");
  });

  test("inserts values that draw themselves as what they draw", () => {
    expect(htmlOf(html`<p>${html`<b>${"<"}</b>`}</p>`)).toBe("<p><b>&lt;</b></p>");
    expect(htmlOf(html`${drawing("image/svg+xml", "<svg/>")}`)).toBe("<svg/>");
    const image = '<img src="data:image/png;base64,AQID" alt="a &lt;pic&gt;">';
    expect(htmlOf(html`${drawing("image/png", new Uint8Array([1, 2, 3]))}`)).toBe(image);
    expect(htmlOf(html`${drawing("application/x", {})}`)).toBe("a &lt;pic&gt;");
  });

  test("inserts arrays item by item, leaves out what is missing, and shows an object's content", () => {
    const items = ["a", "b"].map((word) => html`<li>${word}</li>`);
    expect(htmlOf(html`<ul>${items}</ul>`)).toBe("<ul><li>a</li><li>b</li></ul>");
    expect(htmlOf(html`${null}${undefined}${false}${0}${true}`)).toBe("0true");
    expect(htmlOf(html`${{ a: "<" }} ${new Date(Number.NaN)}`)).toBe("{ a: &#39;&lt;&#39; } Invalid Date");
  });

  test("waits for a part that takes time", async () => {
    const slow = { [displaySymbol]: async () => ({ "text/html": "<b>late</b>" }) };
    expect(await draw(html`<p>${[slow, "!"]}</p>`)).toEqual({
      "text/html": "<p><b>late</b>!</p>",
      "text/plain": "late!",
    });
  });

  test("has words for readers without a page", () => {
    const page = "<style>p { }</style><h1>Title &amp; more</h1><p>One<br>two</p><script>x</script>";
    expect(draw(html(page))).toMatchObject({ "text/plain": "Title & more\nOne\ntwo" });
    expect(draw(html("<img src=''>"))).toMatchObject({ "text/plain": "(HTML)" });
  });

  test("says what it takes when it is given something else", () => {
    expect(() => html(5 as never)).toThrow("html: it was given 5; give it text, or write html`…`");
  });
});

test("svg escapes like html, and is known by its title", () => {
  expect(draw(svg`<svg><title>Two dots</title><text>${"<"}</text></svg>`)).toEqual({
    "image/svg+xml": "<svg><title>Two dots</title><text>&lt;</text></svg>",
    "text/plain": "Two dots",
  });
});

describe("md", () => {
  const source = (value: Displayable) => (draw(value) as Record<string, unknown>)["text/markdown"];

  test("keeps backslashes for formulas, and still has backticks and dollars", () => {
    expect(source(md`$\frac{1}{2}$ and \`code\` for \${${3}}`)).toBe("$\\frac{1}{2}$ and `code` for $" + "{3}");
    expect(source(md("\\frac"))).toBe("\\frac");
  });

  test("removes the indentation of the code around it", () => {
    expect(
      source(md`
      # Title
        indented
      text`),
    ).toBe("# Title\n  indented\ntext");
  });

  test("inserts what draws itself", () => {
    expect(source(md`see ${md`**this**`} and ${html`<b>${"<"}</b>`}`)).toBe("see **this** and <b>&lt;</b>");
  });
});

test("long texts take no longer than long, whatever is in them", () => {
  const words = (source: string) => (draw(html(source)) as Record<string, unknown>)["text/plain"];
  // Looked through again from every "<", a million of them would take hours.
  expect(words("<".repeat(1e6))).toBe("<".repeat(1e6));
  expect(words(`<b>a</b>${"<a ".repeat(5e5)}`)).toBe(`a${"<a ".repeat(5e5)}`.trim());
  expect(words(`a${"<script ".repeat(2e5)}`)).toBe("a");
  expect(words("a <style>b{}</style><script>c()</script>d<br>e < f")).toBe("a d\ne < f");
  const markdown = draw(md(`\n${"  a\n".repeat(3e5)}`)) as Record<string, string>;
  expect(markdown["text/markdown"]).toBe("a\n".repeat(3e5));
});

test("latex stands between dollars once", () => {
  const source = (value: Displayable) => (draw(value) as Record<string, unknown>)["text/latex"];
  expect(source(latex`\frac{${1}}{2}`)).toBe("$$\\frac{1}{2}$$");
  for (const whole of ["$x$", "$$x$$", "\\[x\\]", "\\begin{align}x\\end{align}"])
    expect(source(latex(whole))).toBe(whole);
});
