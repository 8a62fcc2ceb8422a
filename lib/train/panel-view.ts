/** The page's side of the controls: a module by anywidget's rules. It shows the state, and asks for changes by messages. */
export const panelEsm = `
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const short = (value) => String(Number(value.toPrecision(4)));

/** A number to type, and for the learning rate and the momentum a slider beside it. */
function control(name, label, { slider, toNumber, toPlace }) {
  const number = make("input", { type: "text", inputMode: "decimal", size: 7 });
  number.setAttribute("aria-label", label);
  const range = slider && make("input", { type: "range", ...slider });
  range?.setAttribute("aria-label", label + " (slider)");
  const element = make("div", { className: "setting" }, make("span", { textContent: label }), ...(range ? [range] : []), number);
  element.dataset.setting = name;
  return {
    element,
    show(value, disabled) {
      if (!number.matches(":focus")) number.value = short(value);
      if (range && !range.matches(":active")) range.value = String(toPlace(value));
      for (const input of [number, range]) if (input) input.disabled = disabled;
    },
    restore(value) {
      number.value = short(value);
      if (range) range.value = String(toPlace(value));
    },
    onChange(ask) {
      number.addEventListener("change", () => ask(number.value.trim() === "" ? NaN : Number(number.value)));
      number.addEventListener("keydown", (event) => {
        event.stopPropagation(); // the notebook has shortcuts of its own
        if (event.key === "Enter") number.blur();
      });
      range?.addEventListener("input", () => { number.value = short(toNumber(Number(range.value))); });
      range?.addEventListener("change", () => ask(toNumber(Number(range.value))));
    },
  };
}

const controls = {
  learningRate: ["learning rate", {
    slider: { min: -6, max: 1, step: 0.05 },
    toNumber: (place) => Number((10 ** place).toPrecision(3)),
    toPlace: (rate) => Math.log10(rate),
  }],
  momentum: ["momentum", {
    slider: { min: 0, max: 0.99, step: 0.01 },
    toNumber: (place) => place,
    toPlace: (momentum) => momentum,
  }],
  batchSize: ["batch size", {}],
};

export default {
  render({ model, el }) {
    const pause = make("button", { type: "button", className: "pause" });
    const step = make("button", { type: "button", className: "step", textContent: "Step", title: "One step, then pause again" });
    const schedule = make("button", { type: "button", className: "schedule", textContent: "Follow the schedule" });
    const note = make("span", { className: "note" });
    note.setAttribute("role", "status");
    const settings = Object.entries(controls)
      .filter(([name]) => model.get(name) !== null)
      .map(([name, [label, options]]) => ({ name, ...control(name, label, options) }));

    pause.addEventListener("click", () => model.send({ paused: !model.get("paused") }));
    step.addEventListener("click", () => model.send({ step: true }));
    schedule.addEventListener("click", () => model.send({ scheduled: true }));
    for (const { name, onChange } of settings) onChange((value) => model.send({ set: name, value }));

    let problem = null;
    const show = () => {
      const [paused, over] = [model.get("paused"), model.get("over")];
      pause.textContent = paused ? "Go on" : "Pause";
      pause.setAttribute("aria-pressed", String(paused));
      pause.disabled = over;
      step.disabled = over || !paused;
      schedule.hidden = model.get("scheduled") !== false;
      for (const { name, show } of settings) show(model.get(name), over);
      const where = "step " + model.get("step") + " of " + model.get("plannedSteps");
      note.textContent = problem ?? (over ? "ended at " + where : (paused ? "paused at " : "") + where);
      note.classList.toggle("problem", problem !== null);
    };
    const hear = (content) => {
      problem = content.problem;
      if (problem !== null) for (const { name, restore } of settings) restore(model.get(name));
      show();
    };
    model.on("change", show);
    model.on("msg:custom", hear);
    el.classList.add("stridelab-panel");
    el.append(
      make("div", {}, pause, step, note),
      make("div", {}, ...settings.map(({ element }) => element), schedule),
    );
    show();
    return () => {
      model.off("change", show);
      model.off("msg:custom", hear);
    };
  },
};
`;

/** Of two rows. */
export const panelHeight = "66px";

/** Colours are the page's own, so that it is legible on light and dark. */
export const panelCss = `
.stridelab-panel {
  display: flex; flex-direction: column; justify-content: center; gap: 0.4em;
  box-sizing: border-box; min-height: ${panelHeight}; padding: 0.4em 0; font-size: 0.9em;
}
.stridelab-panel > div { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3em 1em; }
.stridelab-panel button, .stridelab-panel input[type=text] {
  font: inherit; color: inherit; background: rgba(128, 128, 128, 0.12);
  border: 1px solid rgba(128, 128, 128, 0.55); border-radius: 4px; padding: 0.2em 0.6em;
}
.stridelab-panel button { cursor: pointer; min-width: 4.6em; }
.stridelab-panel button:hover:enabled { background: rgba(128, 128, 128, 0.25); }
.stridelab-panel :disabled { opacity: 0.45; cursor: default; }
.stridelab-panel input[type=text] { width: 4.6em; box-sizing: border-box; text-align: right; }
.stridelab-panel input[type=range] { width: 8em; margin: 0; accent-color: #3b7dd8; }
.stridelab-panel .setting { display: inline-flex; align-items: center; gap: 0.4em; }
.stridelab-panel .note { opacity: 0.8; font-variant-numeric: tabular-nums; }
.stridelab-panel .note.problem { opacity: 1; font-weight: 600; }
`;
