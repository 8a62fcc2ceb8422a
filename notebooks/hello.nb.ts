// %% [markdown]
// # Hello from a TypeScript notebook
//
// Text is markdown, formulas are LaTeX, and cells are TypeScript that is checked before it runs. Sliding a filter $w$
// over a signal $x$ gives
//
// $$y_i = \sum_{k=0}^{K-1} w_k \, x_{i + k}, \qquad 0 \le i \le N - K.$$
//
// سلام! این یک دفترچهٔ تایپ‌اسکریپت است: متن فارسی از راست به چپ نوشته می‌شود و `code` از چپ به راست.

// %% [markdown]
// ## A typed cell
//
// The compiler knows that `slide` takes numbers and returns numbers. Change `filter` to a string and run the cell: it
// stops with a line and a caret before anything is computed.

// %% tags=["parameters"]
const samples: number = 48;

// %% Slide a filter over a signal
function slide(signal: readonly number[], filter: readonly number[]): number[] {
  const places = signal.length - filter.length + 1;
  return Array.from({ length: places }, (_, i) =>
    filter.reduce((sum, weight, k) => sum + weight * signal[i + k]!, 0),
  );
}

const signal = Array.from(
  { length: samples },
  (_, i) => Math.sin(i / 5) + 0.4 * Math.sin(2.3 * i),
);
const smooth = slide(signal, [0.2, 0.2, 0.2, 0.2, 0.2]);
console.log(`${signal.length} samples, ${smooth.length} places for a filter of 5`);
smooth.slice(0, 4);

// %% [markdown]
// ## A value that draws itself
//
// An object with a method named `Symbol.for("Jupyter.display")` is asked for pictures of itself. The method returns
// one entry per format, and each front end shows the best one that it knows:
//
// | format          | shown by                      |
// | --------------- | ----------------------------- |
// | `image/svg+xml` | JupyterLab, VS Code, the page |
// | `text/plain`    | a terminal                    |

// %% Two curves as SVG
class Curves {
  readonly series: readonly (readonly number[])[];

  constructor(...series: number[][]) {
    this.series = series;
  }

  [Symbol.for("Jupyter.display")]() {
    const colours = ["#9aa5b1", "#0b7285"];
    const lines = this.series.map((values, s) => {
      const points = values
        .map((y, i) => `${20 + i * 12},${90 - y * 50}`)
        .join(" ");
      return `<polyline points="${points}" fill="none" stroke="${colours[s]}" stroke-width="${1.5 + s}"/>`;
    });
    return {
      "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 180">${lines.join("")}</svg>`,
      "text/plain": `Curves: ${this.series.map((values) => `${values.length} points`).join(", ")}`,
    };
  }
}

new Curves(signal, smooth);
