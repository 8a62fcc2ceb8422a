/** A window of four pixels in an image of nine: what a launcher shows for the kernel. */
export const logoSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="12" fill="#0b7285"/>
  <path fill="#fff" fill-opacity="0.28" d="M10 10h12v12H10zM26 10h12v12H26zM42 10h12v12H42zM10 26h12v12H10zM10 42h12v12H10z"/>
  <path fill="#fff" d="M26 26h12v12H26zM42 26h12v12H42zM26 42h12v12H26zM42 42h12v12H42z"/>
</svg>
`;

/** The same at 64 by 64 pixels, base64, for front ends that take PNG only. */
export const logo64 =
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAClUlEQVR4nOybP2hTURTGv/P60oSk6qZQty4KLm6aRWy7KdjSqSiuRVBI" +
  "TQU1aaGFpuqQmrh1FhxFi0IUW8QOipNjOyhdKnGstjE1fe94bsASmqSk2CF95/4gyc259z1yvnvun1zecbEXdx8ei1W8AWYeIuA0iLrF" +
  "egTtzS95rTGwTD4/3wy783h0b71ZY2pkjCUyJ9DBKbnJCIEiOMQwuExMc/DxYDOf/rG7vk6A6GjmMhE/k94+iiDB/JPJuV6aTc3Xmjtq" +
  "WlA02TkphTmiw93rDSEKSzgMh+J9XuXTwhIwVTXvCBAZDV1ziJ4QNR4WQcD4JvR1xpdWKx8Xv1Rt5i2SzPQ64LdS70IBzKj47F8q5ybe" +
  "OcbgMCe0OG+QSAhJtN+qlnFn8njUCxWDHPqNkChgcivdbtRzh7Q5bzA+87Y76MrnMLRCNOhK359tpW3/qR7sh4WVb211fSMk7M/L/Ifg" +
  "rfktYnx3ZSyEoRTjuwPlWAGgHCsAlGMFgHKsAFAOxZIZhmLsEIBy1AvQ8jng//4f38imsB+6xmYO9Ppm2CEA5VgBoBwrAJRjBYByrABQ" +
  "jj0PsOcByrECQDn2PADKsQJAOVYAKMcKAOVYAaAc86DkFvSy7oC4CK0wFyl6e/oFEQ1AIcz80mHCe+il4HjkFKAUnzsKzp9salnOxN5A" +
  "GSb8y7n7q9Vl0PP8hKbVwPgqnX7TlKsCbOUnVohwA0oQX0d+Px5fM+WdvEGTRxeK90sdLiLASM9PlWbT+X/f61NnkzNXiP2ngUydZbpa" +
  "yqVf15rrtsImt9bfDp1h8CsEBOOL8Wm384Y90+UiY9MXZKPQK3c4R+AeCZ+TsmnqQhsjs/uG/MbvMtF9Fe8++8SL5ez4h2bt/wIAAP//" +
  "U/fvPgAAAAZJREFUAwC0hd+tbUttTQAAAABJRU5ErkJggg==";

/** And at 32 by 32. */
export const logo32 =
  "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAA8klEQVR42mOAAe78VjauopY07qLWw0D8CYj/UxmDzDzMVdSaBrILbjEIcBW2" +
  "KXAXtp6jgaXYcWHrea6CVnmw5RxFrQJAV12lm+UIfI2joFkQ6PuWwgGwHIyBdhcxABmnBsoBQHwC5IBf6BJ+M5djxdSSR8K/QA7AkKCjA/6P" +
  "OmDUAVgdQE88OB1AKAhxAWLlRx0w6oDB74DRcmA0DYw6gN4O+DaADvjEAOyUnBjAbHgM5ICKgeuYtJYwsOc3c4G6SQPggKuchS3skM5pUasC" +
  "UOA8HS0/D7ITpYfMmdvJDhSsAUqepVH3/DPIbJAdILtg9gIAaIJY4WyYfFQAAAAASUVORK5CYII=";
