import type { Place, Played } from "../../display/player/played.ts";
import type { Moment } from "../../display/player/view.ts";
import { type WrittenLine, writeSum, writeTouched } from "../../display/player/words.ts";
import { html } from "../element.ts";

/** An output's sum, term by term, and what the number that is pointed at has a part in. */
export class Sum {
  readonly element = html("div", {
    class: "sum",
    role: "status",
    tabindex: "0",
    "aria-label": "The sum of this output",
  });

  show(played: Played, place: Place, pointed: Moment["pointed"], playing: boolean): void {
    // Somebody who listens is told when it stands still.
    this.element.setAttribute("aria-live", playing ? "off" : "polite");
    const { head, lines, total } = writeSum(played, place);
    const touched = pointed === null ? "" : writeTouched(played, pointed.channel, pointed.row, pointed.column);
    this.element.replaceChildren(
      html("div", { class: "head" }, head),
      ...lines.map((line) => lineOf(line, pointed)),
      ...(total === "" ? [] : [html("div", { class: "total" }, total)]),
      html("div", { class: "touched" }, touched),
    );
  }
}

function lineOf({ label, before, terms, between, after }: WrittenLine, pointed: Moment["pointed"]): HTMLElement {
  const line = html("div", { class: "line" });
  if (label !== "") line.append(html("span", { class: "label" }, `${label}: `));
  line.append(before);
  for (const [i, { text, term }] of terms.entries()) {
    const { padding, masked, taken, channel, row, column } = term;
    const here = channel === pointed?.channel && row === pointed.row && column === pointed.column;
    const names = { padding, masked, taken, pointed: here };
    const classes = Object.entries(names).flatMap(([name, is]) => (is ? [name] : []));
    line.append(i === 0 ? "" : between, html("span", { class: ["term", ...classes].join(" ") }, text));
  }
  line.append(after);
  return line;
}
