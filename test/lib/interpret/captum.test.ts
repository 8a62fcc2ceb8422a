import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fastGradientSign } from "../../../lib/interpret/fast-gradient-sign.ts";
import { gradCam } from "../../../lib/interpret/grad-cam.ts";
import { integratedGradients } from "../../../lib/interpret/integrated-gradients.ts";
import { occlusion } from "../../../lib/interpret/occlusion.ts";
import { deconvnet, guidedBackpropagation } from "../../../lib/interpret/rectifier-rules.ts";
import { saliency } from "../../../lib/interpret/saliency.ts";
import { root } from "../../package/command.ts";
import { subjectOf } from "./networks.ts";

type Values = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
/** What make_interpretation.py, beside it, had captum compute in float64. */
const truth = JSON.parse(readFileSync(join(root, "test/golden/interpretation.json"), "utf8")) as Values;

const networks = ["plain", "residual"] as const;
/**
 * The largest difference as a share of the largest number. In float64 both sides round at 2^-53 in sums of some hundred terms,
 * and the file has twelve digits. In float32 the same sums of up to 96 terms, three layers deep, round at 2^-24.
 */
const precisions = [
  ["float64", 1e-9],
  ["float32", 1e-4],
] as const;

describe.each(networks)("%s", (name) => {
  describe.each(precisions)("in %s", (dtype, tolerance) => {
    const { network, conv2, images, baseline, target, position, channel } = subjectOf(name, dtype);
    const unit = { layer: conv2, channel, position };
    const expected = truth[name]!;

    function expectClose(key: string, actual: ArrayLike<number>, most: number = tolerance, like = key): void {
      const wanted = expected[key]!;
      expect(actual.length).toBe(wanted.length);
      const difference = Math.max(...wanted.map((value, i) => Math.abs(value - actual[i]!)));
      expect(difference / Math.max(...expected[like]!.map(Math.abs)), key).toBeLessThan(most);
    }
    /** captum rounds the weights of integration, and the sum of the windows, to float32 whatever it is given: 2^-23 is 1.2e-7. */
    const rounded: number = Math.max(tolerance, 1.2e-7);

    test("saliency is captum's, with and without signs, and so are the scores", () => {
      const { attributions, scores } = saliency(network, images, { target });
      expectClose("saliency", attributions.data);
      expectClose("scores", scores);
      expectClose("gradient", saliency(network, images, { target, absolute: false }).attributions.data);
    });

    test("rules at rectifiers are captum's, from a class and from a unit", () => {
      expectClose("guided", guidedBackpropagation(network, images, { target }).attributions.data);
      expectClose("deconvnet", deconvnet(network, images, { target }).attributions.data);
      expectClose("unitGuided", guidedBackpropagation(network, images, { unit }).attributions.data);
      expectClose("unitDeconvnet", deconvnet(network, images, { unit }).attributions.data);
    });

    test("Grad-CAM is captum's, with and without what speaks against the class, and enlarged", () => {
      const { map, attributions } = gradCam(network, images, { target, layer: conv2 });
      expectClose("gradCam", map.data);
      expectClose("gradCamEnlarged", attributions.data);
      expectClose("gradCamSigned", gradCam(network, images, { target, layer: conv2, relu: false }).map.data);
    });

    test("integrated gradients are captum's, by Gauss and Legendre's places and by the paper's sum", () => {
      const { attributions, convergenceDelta } = integratedGradients(network, images, { target, steps: 20 });
      expectClose("integrated", attributions.data, rounded);
      expectClose("convergenceDelta", convergenceDelta, 10 * rounded, "scores"); // a sum of a hundred of them or more
      const right = integratedGradients(network, images, { target, steps: 7, method: "riemann-right", baseline });
      expectClose("integratedRight", right.attributions.data, rounded);
    });

    test("the fast gradient sign method is captum's", () => {
      const { examples } = fastGradientSign(network, images, { epsilon: 0.1, labels: target });
      expectClose("adversarial", examples.data);
    });

    test("occlusion is captum's, windows at the edge cut as there", () => {
      const { attributions } = occlusion(network, images, { target, window: [3, 4], stride: [2, 3] });
      const [count, channels, height, width] = images.shape as readonly number[];
      const plane = height! * width!;
      const first = Array.from({ length: count! }, (_, n) => [
        ...attributions.data.subarray(n * channels! * plane, (n * channels! + 1) * plane),
      ]);
      expectClose("occlusion", first.flat(), rounded);
    });
  });
});
