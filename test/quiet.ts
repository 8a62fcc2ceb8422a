/** Tests train a great deal: without a kernel to draw it and without a terminal, `fit` would write a line an epoch into their log. */
Object.assign(globalThis, { [Symbol.for("Jupyter.live")]: () => ({ update() {}, close() {} }) });
