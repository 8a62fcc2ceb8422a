import { html } from "../element.ts";

interface Row {
  readonly row: HTMLElement;
  readonly bar: HTMLElement;
  readonly share: HTMLElement;
}

/** The probability of each class as a bar with its number; of many classes the likeliest. */
export class Bars {
  readonly element = html("ol", { class: "bars", "aria-label": "Probabilities" });
  readonly #classes: readonly string[];
  readonly #rows: readonly Row[];

  constructor(classes: readonly string[]) {
    this.#classes = classes;
    this.#rows = classes.map((name) => {
      const [bar, share] = [html("span", { class: "bar" }), html("span", { class: "share" })];
      const track = html("span", { class: "track" }, bar);
      return {
        row: html("li", {}, html("span", { class: "name", dir: "auto", title: name }, name), track, share),
        bar,
        share,
      };
    });
  }

  show(shares: readonly number[]): void {
    const order = shares.map((_, i) => i);
    const likeliest = order.reduce((best, i) => (shares[i]! > shares[best]! ? i : best), 0);
    // Few classes stay in their places, which is quieter; of many the likeliest come first.
    const shown = this.#classes.length <= 12 ? order : order.sort((a, b) => shares[b]! - shares[a]!).slice(0, 12);
    for (const i of shown) {
      const { row, bar, share } = this.#rows[i]!;
      row.dataset.share = `${shares[i]}`;
      row.classList.toggle("likeliest", i === likeliest && shares[i]! >= 0);
      const percent = 100 * shares[i]!;
      bar.style.width = `${percent || 0}%`;
      share.textContent = Number.isNaN(percent) ? "NaN" : `${percent.toFixed(1)} %`;
    }
    this.element.replaceChildren(...shown.map((i) => this.#rows[i]!.row));
  }
}
