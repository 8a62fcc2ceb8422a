import { checkInteger, checkOptions } from "../errors.ts";
import { defaultRandom } from "../nn/init.ts";
import type { Random } from "../random.ts";

/** What every network that classifies images of ImageNet can be told; all may be left out. */
export interface ClassifierOptions<K extends number = number, C extends number = number> {
  /** How many classes; default 1000. */
  readonly classes?: K;
  /** Channels of the images; default 3. */
  readonly inChannels?: C;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/** The same, and how much is dropped before the fully connected layers. */
export interface DropoutClassifierOptions<K extends number = number, C extends number = number>
  extends ClassifierOptions<K, C> {
  /** How likely dropout drops a number while the network is trained; default 0.5. */
  readonly dropout?: number;
}

/** The options all have in common, with defaults. @throws OptionError for an unknown option, or a size that is not whole */
export function classifierOptions(
  op: string,
  options: ClassifierOptions,
  others: readonly string[] = [],
): Required<ClassifierOptions> {
  checkOptions(op, options, [...others, "classes", "inChannels", "random"]);
  const { classes = 1000, inChannels = 3, random = defaultRandom() } = options;
  checkInteger(op, "classes", classes, 1);
  checkInteger(op, "inChannels", inChannels, 1);
  return { classes, inChannels, random };
}
