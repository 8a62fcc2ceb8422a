import type { Played } from "../../../../lib/display/player/played.ts";
import { unpack } from "../../../../lib/display/player/unpack.ts";
import type { Picture } from "../../../../lib/index.ts";

/** What a player's page gets to play, out of its HTML. */
export function playedIn(picture: Picture): Played {
  const found = /<script type="application\/json">(.*?)<\/script>/.exec(picture.bundle["text/html"] as string);
  if (found === null) throw new Error("the picture has no numbers for a script: was it built?");
  return unpack(found[1]!);
}
