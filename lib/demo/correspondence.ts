import { openWidget, type Widget } from "../display/widget.ts";
import type { Module } from "../nn/module.ts";
import { sourceOf } from "../tensor/numbers.ts";
import { type Answer, type DemoSettings, Respondent } from "./answer.ts";
import { type LayerImage, layerImage } from "./layer-image.ts";

/** What kernel and page know of a sketchpad: the page sets the drawing and its question, the kernel the answer. */
export interface SketchpadState {
  readonly settings: DemoSettings;
  readonly title: string;
  readonly caption: string;
  /** Bytes, channel after channel, row after row. */
  readonly pixels: Uint8Array;
  /** Another one with each drawing; begins with the name of the view that asks. */
  readonly question: string;
  readonly answer: SketchpadAnswer;
}

/** What the network says to the drawing, small enough to be sent while somebody draws. */
export interface SketchpadAnswer {
  /** The question. */
  readonly to: string;
  /** Counted from 0. A page says `{ seen: number }` when it has drawn it. */
  readonly number: number;
  readonly shares: readonly number[];
  readonly layers: readonly LayerImage[];
  /** Why the network does not answer; the rest is from before then. */
  readonly problem: string | null;
}

/** Milliseconds between two looks at whether the network answers otherwise by now. */
const LOOK = 250;
/** An answer takes at most a fiftieth of the time, so that training loses no more to looks. */
const SHARE = 50;

/**
 * A network's end of a sketchpad: answers what the page draws, and anew when training has changed the answer. It does that
 * once a page has seen the last one, so nothing is computed or sent for a page that is hidden, slow or gone.
 */
export class Correspondence {
  readonly widget: Widget<SketchpadState> | null;
  /** Those that are looked at, by name. */
  readonly layers: readonly string[];
  readonly #network: Module;
  readonly #respondent: Respondent;
  #pixels: Uint8Array;
  #answered: SketchpadAnswer = { to: "", number: -1, shares: [], layers: [], problem: null };
  /** What the network was when it answered; null where that cannot be told. */
  #asked: string | null = null;
  #duration = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param page what the page is told beside the answer
   * @param layers of the network's
   * @param esm the page's side; null where it is missing
   */
  constructor(
    network: Module,
    page: Omit<SketchpadState, "question" | "answer">,
    layers: readonly string[],
    esm: string | null,
  ) {
    this.#network = network;
    this.#respondent = new Respondent(network, page.settings);
    this.layers = layers;
    this.#pixels = page.pixels;
    this.widget = null;
    this.#answered = this.#reply("");
    if (esm === null) return;
    this.widget = openWidget<SketchpadState>({ state: { ...page, question: "", answer: this.#answered }, esm });
    const { widget } = this;
    widget?.on("change", ({ question }) => {
      // A page sends what has changed: not the pixels, if the drawing is as it was.
      if (question !== undefined) this.#tell(this.#hear(widget.state.pixels, String(question)));
    });
    widget?.on("msg:custom", (content) => {
      const { seen } = (content ?? {}) as { readonly seen?: unknown };
      if (seen === this.#answered.number) this.#lookSoon();
    });
  }

  /** The drawing as it is: bytes, channel after channel. */
  get pixels(): Uint8Array {
    return this.#pixels;
  }

  /** What the network says to it now. */
  answer(): Answer {
    return this.#respondent.answer(this.#pixels, new Set(this.layers));
  }

  /** What comes from a page is nobody's promise. */
  #hear(pixels: unknown, question: string): SketchpadAnswer {
    const drawn = pixels instanceof Uint8Array && pixels.length === this.#pixels.length;
    if (drawn) this.#pixels = pixels;
    const problem = `the page sent no image of ${this.#pixels.length} bytes: load it again`;
    return drawn ? this.#reply(question) : { ...this.#answered, ...this.#head(question), problem };
  }

  #tell(answer: SketchpadAnswer): void {
    this.#answered = answer;
    this.widget?.set({ answer });
  }

  #head(question: string) {
    return { to: question, number: this.#answered.number + 1 };
  }

  #reply(question: string): SketchpadAnswer {
    const head = this.#head(question);
    const begin = performance.now();
    try {
      const { shares, activations } = this.answer();
      const layers = activations.map(layerImage);
      this.#duration = performance.now() - begin;
      this.#asked = identityOf(this.#network);
      return { ...head, shares, layers, problem: null };
    } catch (error) {
      this.#asked = null;
      return { ...this.#answered, ...head, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        if (this.widget?.isOpen === true) this.#look();
      },
      Math.max(LOOK, SHARE * this.#duration),
    );
  }

  /** Answers anew where the network has another answer by now. */
  #look(): void {
    const before = this.#answered;
    const untouched = this.#asked !== null && this.#asked === identityOf(this.#network);
    const answer = untouched ? before : this.#reply(before.to);
    if (saysTheSame(answer, before)) this.#lookSoon();
    else this.#tell(answer);
  }
}

const saysTheSame = (a: SketchpadAnswer, b: SketchpadAnswer): boolean =>
  a.problem === b.problem && a.shares.every((share, i) => Object.is(share, b.shares[i]));

/** What tells a network's numbers from those that it had before; null where somebody may change them unnoticed. */
function identityOf(network: Module): string | null {
  const sources = [...network.namedParameters(), ...network.namedBuffers()].map(([, tensor]) => sourceOf(tensor));
  if (sources.some(({ version }) => Number.isNaN(version))) return null;
  return sources.map(({ id, version }) => `${id}.${version}`).join();
}
