import { formatCount } from "../display/format.ts";

/** How fast training goes, and how long it still takes. */
export interface Pace {
  /** Images a second, those of the last few seconds above all. */
  readonly imagesPerSecond: number;
  /** Until the last planned step and what follows it, if all goes on as it did. */
  readonly secondsLeft: number;
}

/** After so many seconds what was measured counts for a third. */
const MEMORY = 5;

/** Measures the pace of a run. */
export class Pacer {
  #images = 0;
  #seconds = 0;
  /** What epochs took beside their steps, and how many there were. */
  readonly #between = { seconds: 0, epochs: 0 };

  /** Takes a step in. */
  step(images: number, seconds: number): void {
    const kept = Math.exp(-seconds / MEMORY);
    this.#images = this.#images * kept + images;
    this.#seconds = this.#seconds * kept + seconds;
  }

  /** Takes in what came between two epochs: validation, a checkpoint. */
  between(seconds: number): void {
    this.#between.seconds += seconds;
    this.#between.epochs++;
  }

  /**
   * @param images yet to be seen
   * @param epochs yet to be ended
   */
  pace(images: number, epochs: number): Pace {
    const imagesPerSecond = this.#images / this.#seconds;
    const { seconds, epochs: ended } = this.#between;
    return { imagesPerSecond, secondsLeft: images / imagesPerSecond + (ended === 0 ? 0 : (epochs * seconds) / ended) };
  }
}

/** `11,000 images/s · 12 s left`; digits that mean nothing are zeros. */
export function paceText({ imagesPerSecond, secondsLeft }: Pace): string[] {
  if (!(imagesPerSecond > 0) || !Number.isFinite(imagesPerSecond)) return [];
  const rate = imagesPerSecond < 10 ? imagesPerSecond.toFixed(1) : formatCount(Number(imagesPerSecond.toPrecision(2)));
  return [`${rate} images/s`, ...(Number.isFinite(secondsLeft) ? [`${duration(secondsLeft)} left`] : [])];
}

/** `12 s`, `3 min 20 s`, `1 h 20 min`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
