import { html } from "../element.ts";
import { type Icon, iconOf } from "./icons.ts";

/** What the buttons ask for. */
export interface Commands {
  go(step: number): void;
  move(by: number): void;
  toggle(): void;
  chooseMap(map: number): void;
  turnChannels(by: number): void;
  setSpeed(stepsPerSecond: number): void;
}

/** What the buttons show. */
export interface Shown {
  readonly step: number;
  readonly steps: number;
  readonly playing: boolean;
  readonly map: number;
  /** The channels in sight, `channels 0 to 2 of 16`; "" where all are. */
  readonly channels: string;
  readonly more: { readonly before: boolean; readonly after: boolean };
}

/** The row of buttons below a player. */
export class Controls {
  readonly element: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #slider: HTMLInputElement;
  readonly #count = html("output", { class: "count" });
  readonly #maps: HTMLSelectElement;
  readonly #channels = html("span");
  readonly #before: HTMLButtonElement;
  readonly #after: HTMLButtonElement;

  constructor(commands: Commands, steps: number, maps: readonly number[], pages: boolean) {
    this.#play = button("Play", "play", () => commands.toggle());
    this.#slider = html("input", { type: "range", min: 0, max: steps - 1, value: 0, "aria-label": "Output" });
    this.#slider.addEventListener("input", () => commands.go(Number(this.#slider.value)));
    this.#maps = html(
      "select",
      { "aria-label": "Map" },
      ...maps.map((map, i) => html("option", { value: i }, `map ${map}`)),
    );
    this.#maps.addEventListener("change", () => commands.chooseMap(Number(this.#maps.value)));
    this.#before = button("Channels before", "back", () => commands.turnChannels(-1));
    this.#after = button("Channels after", "next", () => commands.turnChannels(1));
    this.element = html(
      "div",
      { class: "controls", role: "toolbar", "aria-label": "Playing" },
      button("First output", "first", () => commands.go(0)),
      button("Step back", "back", () => commands.move(-1)),
      this.#play,
      button("Step forward", "next", () => commands.move(1)),
      this.#slider,
      this.#count,
      speedChoice(commands),
      ...(maps.length > 1 ? [this.#maps] : []),
      ...(pages ? [this.#before, this.#channels, this.#after] : []),
    );
  }

  show({ step, steps, playing, map, channels, more }: Shown): void {
    this.#slider.value = `${step}`;
    this.#slider.setAttribute("aria-valuetext", `output ${step + 1} of ${steps}`);
    this.#count.textContent = `${step + 1} of ${steps}`;
    this.#maps.value = `${map}`;
    this.#channels.textContent = channels;
    this.#before.disabled = !more.before;
    this.#after.disabled = !more.after;
    const name = playing ? "Pause" : "Play";
    if (this.#play.getAttribute("aria-label") === name) return;
    this.#play.setAttribute("aria-label", name);
    this.#play.title = name;
    this.#play.replaceChildren(iconOf(playing ? "pause" : "play"));
  }
}

function button(name: string, icon: Icon, act: () => void): HTMLButtonElement {
  const made = html("button", { type: "button", "aria-label": name, title: name }, iconOf(icon));
  made.addEventListener("click", act);
  return made;
}

function speedChoice(commands: Commands): HTMLSelectElement {
  const speeds = [0.5, 1, 2, 4, 10];
  const choice = html(
    "select",
    { "aria-label": "Speed" },
    ...speeds.map((speed) => html("option", { value: speed, selected: speed === 1 }, `${speed} a second`)),
  );
  choice.addEventListener("change", () => commands.setSpeed(Number(choice.value)));
  return choice;
}
