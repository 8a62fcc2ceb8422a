/**
 * The script of `convolutionPlayer`'s output: brings the still pictures before it to life. Each output has its own copy,
 * since a cell's output may be shown without any other.
 */
import { unpack } from "../../display/player/unpack.ts";
import { Player } from "./player.ts";

// A script in a shadow tree, or one that a front end runs by other means, does not know where it stands.
const own = document.currentScript?.closest("[data-stridelab-player]");
for (const host of own ? [own] : document.querySelectorAll("[data-stridelab-player]")) {
  const data = host.querySelector('script[type="application/json"]')?.textContent;
  if (data && host.shadowRoot === null) new Player(host, unpack(data));
}
