import { type Place, type Played, placeOf, stepOf, stepsOf } from "../../display/player/played.ts";
import { ABREAST } from "../../display/player/room.ts";
import { type Moment, type Panel, View } from "../../display/player/view.ts";
import { html } from "../element.ts";
import { lendKeys } from "../lend-keys.ts";
import { Clock } from "./clock.ts";
import { Controls } from "./controls.ts";
import { type Pointed, Stage } from "./stage.ts";
import { style } from "./style.ts";
import { Sum } from "./sum.ts";

/** A player in a page: stands in its host's shadow, so that no style of the page reaches it and no name can meet another. */
export class Player {
  readonly #played: Played;
  readonly #view: View;
  readonly #stage: Stage;
  readonly #sum = new Sum();
  readonly #controls: Controls;
  readonly #clock = new Clock(() => this.#tick());
  #step = 0;
  #firstChannel = 0;
  #pointed: Moment["pointed"] = null;
  /** The output under the pointer: shown instead of the current one. */
  #looked: Place | null = null;

  constructor(host: Element, played: Played) {
    this.#played = played;
    this.#view = new View(played);
    this.#stage = new Stage({
      point: (at) => this.#point(at),
      press: (at) => this.#press(at),
      nudge: (panel, rows, columns) => this.#nudge(panel, rows, columns),
    });
    const commands = {
      go: (step: number) => this.#go(step),
      move: (by: number) => this.#go(this.#step + by),
      toggle: () => this.#toggle(),
      chooseMap: (map: number) => this.#chooseMap(map),
      turnChannels: (by: number) => this.#turnChannels(by),
      setSpeed: (speed: number) => this.#setSpeed(speed),
    };
    const channels = Math.max(...played.outputs.reads.map(({ length }) => length));
    this.#controls = new Controls(commands, stepsOf(played), played.outputs.maps, channels > ABREAST);
    const label = "Convolution player: space plays, arrow keys step";
    const player = html(
      "div",
      { class: "player", role: "group", "aria-label": label, tabindex: "0" },
      this.#stage.element,
      this.#sum.element,
      this.#controls.element,
    );
    player.addEventListener("keydown", (event) => this.#key(event));
    lendKeys(player, isOurs);
    const shadow = host.attachShadow({ mode: "open" });
    shadow.append(html("style", {}, style), player);
    this.#show();
  }

  #show(): void {
    const played = this.#played;
    const place = this.#looked ?? placeOf(played, this.#step);
    const moment = { place, done: this.#step + 1, firstChannel: this.#firstChannel, pointed: this.#pointed };
    this.#stage.show(this.#view.panels(moment));
    this.#sum.show(played, place, this.#pointed, this.#clock.running);
    const channels = this.#view.channelsOf(place);
    const last = Math.min(channels, this.#firstChannel + ABREAST);
    this.#controls.show({
      step: this.#step,
      steps: stepsOf(played),
      playing: this.#clock.running,
      map: placeOf(played, this.#step).map,
      channels: `channels ${this.#firstChannel} to ${last - 1} of ${channels}`,
      more: { before: this.#firstChannel > 0, after: last < channels },
    });
  }

  #go(step: number): void {
    this.#step = Math.min(Math.max(step, 0), stepsOf(this.#played) - 1);
    this.#looked = null;
    this.#show();
  }

  #tick(): void {
    if (this.#step === stepsOf(this.#played) - 1) this.#clock.stop();
    this.#go(this.#step + 1);
  }

  #toggle(): void {
    if (this.#clock.running) this.#clock.stop();
    else {
      if (this.#step === stepsOf(this.#played) - 1) this.#step = 0;
      this.#clock.start();
    }
    this.#show();
  }

  #setSpeed(speed: number): void {
    this.#clock.speed = speed;
    if (this.#clock.running) this.#clock.start();
  }

  #chooseMap(map: number): void {
    this.#go(stepOf(this.#played, { ...placeOf(this.#played, this.#step), map }));
  }

  #turnChannels(by: number): void {
    this.#firstChannel += by * ABREAST;
    this.#pointed = null;
    this.#show();
  }

  #point(at: Pointed | null): void {
    this.#looked = at?.kind === "output" ? { map: at.index, row: at.row, column: at.column } : null;
    this.#pointed = at?.kind === "input" ? { channel: at.index, row: at.row, column: at.column } : null;
    this.#show();
  }

  /** A click on an output goes there, which is also how a finger looks at one. */
  #press({ kind, index, row, column }: Pointed): void {
    if (kind === "output") this.#go(stepOf(this.#played, { map: index, row, column }));
    else this.#point({ kind, index, row, column });
  }

  #nudge({ index, grid: { area } }: Panel, rows: number, columns: number): void {
    const from = this.#pointed?.channel === index ? this.#pointed : { row: 0 - rows, column: 0 - columns };
    const row = Math.min(Math.max(from.row + rows, area.top), area.top + area.height - 1);
    const column = Math.min(Math.max(from.column + columns, area.left), area.left + area.width - 1);
    this.#point({ kind: "input", index, row, column });
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as Element;
    const width = this.#played.outputs.area.width;
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
    if (hasModifier(event) || target.matches(fields)) return;
    if (event.key === " " && !target.matches("button")) this.#toggle();
    else if (event.key === "Home") this.#go(0);
    else if (event.key === "End") this.#go(stepsOf(this.#played) - 1);
    else if (moves[event.key] !== undefined) this.#go(this.#step + moves[event.key]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** What has keys of its own. */
const fields = "input, select";

const hasModifier = (event: KeyboardEvent): boolean => event.ctrlKey || event.altKey || event.metaKey;

/** Keys that the player, or a part of it, uses. */
const used = [" ", "Enter", "Escape", "Home", "End", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

const isOurs = (event: KeyboardEvent, target: Element): boolean =>
  !hasModifier(event) && (used.includes(event.key) || target.matches(fields));
