import { noGrad } from "../autograd/apply.ts";
import { type Displayable, display, type MimeBundle } from "../mime.ts";
import type { Module } from "../nn/module.ts";

/** A picture that a run of `fit` shows while it goes on: drawn anew each time, of the network as it is then. */
export class Watched implements Displayable {
  readonly #network: Module;
  readonly #draw: () => Displayable;

  constructor(network: Module, draw: () => Displayable) {
    this.#network = network;
    this.#draw = draw;
  }

  /**
   * In evaluation, where drawing changes nothing that training goes by: no statistics move, and dropout draws no numbers. The
   * next step puts the network back.
   */
  [display](): MimeBundle | Promise<MimeBundle> {
    this.#network.eval();
    return noGrad(() => ({ bundle: this.#draw()[display]() })).bundle; // which may be promised
  }
}
