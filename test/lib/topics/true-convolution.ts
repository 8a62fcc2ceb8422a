import { backward, conv2d, tensor } from "../../../lib/index.ts";
import { image, parameter, type T } from "./support.ts";

export const small = image([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 10],
]);
export const [x11, x12, x13, x21, x22, x23, x31, x32, x33] = small.data as unknown as Nine;
type Nine = [number, number, number, number, number, number, number, number, number];
export const filter = image([
  [2, -3],
  [5, 7],
]);
export const [f11, f12, f21, f22] = filter.data as unknown as [number, number, number, number];
export const upstream = image([
  [1, -2],
  [4, 3],
]);
export const [d11, d12, d21, d22] = upstream.data as unknown as [number, number, number, number];

/** Gradients of a true convolution of these, by the library. */
export function trueConvolution(): { dX: T; dFilter: T } {
  const [x, f] = [small, filter].map((each) => parameter(tensor([...each.data], each.shape, "float64")));
  backward(conv2d(x!, f!, { flip: true }), upstream);
  return { dX: x!.grad!, dFilter: f!.grad! };
}
