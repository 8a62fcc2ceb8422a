import { checkOptions, describe, OptionError } from "../errors.ts";
import { type Cifar10Options, readSplit } from "./cifar.ts";
import type { ImageSplit } from "./images.ts";

/** Mean and deviation of the red, green and blue pixels of CIFAR-100's 50,000 training images, where white is 1. */
export const cifar100Pixels = { mean: [0.5071, 0.4865, 0.4409], deviation: [0.2673, 0.2564, 0.2762] } as const;

/** The hundred classes of CIFAR-100 (`fine`) and the twenty they belong to (`coarse`), by label. */
export const cifar100Classes: { readonly fine: readonly string[]; readonly coarse: readonly string[] } = {
  fine: `apple, aquarium fish, baby, bear, beaver, bed, bee, beetle, bicycle, bottle, bowl, boy, bridge, bus, butterfly,
    camel, can, castle, caterpillar, cattle, chair, chimpanzee, clock, cloud, cockroach, couch, crab, crocodile, cup,
    dinosaur, dolphin, elephant, flatfish, forest, fox, girl, hamster, house, kangaroo, keyboard, lamp, lawn mower,
    leopard, lion, lizard, lobster, man, maple tree, motorcycle, mountain, mouse, mushroom, oak tree, orange, orchid,
    otter, palm tree, pear, pickup truck, pine tree, plain, plate, poppy, porcupine, possum, rabbit, raccoon, ray, road,
    rocket, rose, sea, seal, shark, shrew, skunk, skyscraper, snail, snake, spider, squirrel, streetcar, sunflower,
    sweet pepper, table, tank, telephone, television, tiger, tractor, train, trout, tulip, turtle, wardrobe, whale,
    willow tree, wolf, woman, worm`.split(/,\s+/),
  coarse: `aquatic mammals, fish, flowers, food containers, fruit and vegetables, household electrical devices,
    household furniture, insects, large carnivores, large man-made outdoor things, large natural outdoor scenes,
    large omnivores and herbivores, medium-sized mammals, non-insect invertebrates, people, reptiles, small mammals,
    trees, vehicles 1, vehicles 2`.split(/,\s+/),
};

/** How much the files hold, which labels count, and what becomes of the pixels. */
export interface Cifar100Options extends Cifar10Options {
  /** The hundred classes, or the twenty they belong to; default `"fine"`. */
  readonly labels?: "fine" | "coarse";
}

/**
 * Reads CIFAR-100 (Krizhevsky, 2009), binary version: 32 × 32 colour photographs of a hundred kinds of thing. A file is a
 * row of records of 3,074 bytes: the coarse label, the fine label, then the red, the green and the blue plane.
 *
 * @param folder holds `train.bin` and `test.bin`, plain or gzip, also with `.gz`
 * @returns images `[50000, 3, 32, 32]` and `[10000, 3, 32, 32]`, 0 black .. 1, with their labels and class names
 * @throws DataError as `cifar10` does
 */
export async function cifar100(folder: string, options: Cifar100Options = {}): Promise<ImageSplit<3, 32, 32>> {
  checkOptions("cifar100", options, ["train", "test", "normalize", "labels"]);
  const { labels = "fine", ...rest } = options;
  if (labels !== "fine" && labels !== "coarse") {
    throw new OptionError("cifar100", `labels is ${describe(labels)}`, 'choose "fine" or "coarse"');
  }
  const classNames = cifar100Classes[labels];
  const layout = { operation: "cifar100", labels: [20, 100], label: labels === "fine" ? 1 : 0, classNames };
  return readSplit(folder, rest, layout, cifar100Pixels);
}
