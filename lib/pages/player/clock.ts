/** Counts steps while something plays. */
export class Clock {
  readonly #tick: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Steps a second. */
  speed = 1;

  constructor(tick: () => void) {
    this.#tick = tick;
  }

  get running(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.start();
      this.#tick();
    }, 1000 / this.speed);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
