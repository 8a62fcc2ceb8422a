/** A file that is published under several addresses, and what it must be. */
export interface PublishedFile {
  /** Where it can be had; tried in this order. */
  readonly urls: readonly string[];
  /** Its name in the folder; default the last part of the first address. */
  readonly name?: string;
  /** How many bytes it has. */
  readonly bytes?: number;
  /** Checksums in hexadecimal digits; the strongest given is compared. */
  readonly sha256?: string;
  readonly md5?: string;
  /** For a .tar.gz: the files to take out of it, by their names without folders, and their sizes; the archive then goes. */
  readonly members?: Readonly<Record<string, number>>;
}

/** The sets whose addresses are known here. */
export type PublishedSet = "mnist" | "fashion-mnist" | "kmnist" | "cifar10" | "cifar100";

/** A file of MNIST's kind: its name without `-ubyte.gz`, its md5, its bytes where they are known. */
type IdxFile = readonly [stem: string, md5: string, bytes?: number];

function idxFiles(mirrors: readonly string[], files: readonly IdxFile[]): PublishedFile[] {
  return files.map(([stem, md5, bytes]) => ({
    urls: mirrors.map((mirror) => `${mirror}${stem}-ubyte.gz`),
    md5,
    ...(bytes !== undefined && { bytes }),
  }));
}

const batchBytes = 10_000 * 3073;

/**
 * Addresses and checksums. The md5 of the idx files are those that their publishers' pages and torchvision's loaders name,
 * those of CIFAR stand on its page (https://www.cs.toronto.edu/~kriz/cifar.html).
 */
export const publishedSets: Readonly<Record<PublishedSet, readonly PublishedFile[]>> = {
  mnist: idxFiles(
    ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
    [
      ["train-images-idx3", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422],
      ["train-labels-idx1", "d53e105ee54ea40749a09fcbcd1e9432", 28_881],
      ["t10k-images-idx3", "9fb629c4189551a2d022fa330f9573f3", 1_648_877],
      ["t10k-labels-idx1", "ec29112dd5afa0611ce80d1b7f02629c", 4542],
    ],
  ),
  "fashion-mnist": idxFiles(
    [
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ],
    [
      ["train-images-idx3", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880],
      ["train-labels-idx1", "25c81989df183df01b3e8a0aad5dffbe", 29_515],
      ["t10k-images-idx3", "bef4ecab320f06d8554ea6380940ec79", 4_422_102],
      ["t10k-labels-idx1", "bb300cfdad3c16e7a12a480ee83cd310", 5148],
    ],
  ),
  kmnist: idxFiles(
    ["https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
    [
      ["train-images-idx3", "bdb82020997e1d708af4cf47b453dcf7"],
      ["train-labels-idx1", "e144d726b3acfaa3e44228e80efcd344"],
      ["t10k-images-idx3", "5c965bf0a639b31b8f53240b1b52f4d7"],
      ["t10k-labels-idx1", "7320c461ea6c1c855c0b718fb2a4b134"],
    ],
  ),
  cifar10: [
    {
      urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
      bytes: 170_052_171,
      sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      members: {
        "data_batch_1.bin": batchBytes,
        "data_batch_2.bin": batchBytes,
        "data_batch_3.bin": batchBytes,
        "data_batch_4.bin": batchBytes,
        "data_batch_5.bin": batchBytes,
        "test_batch.bin": batchBytes,
      },
    },
  ],
  cifar100: [
    {
      urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"],
      bytes: 168_513_733,
      md5: "03b5dce01913d631647c71ecec9e9cb8",
      members: { "train.bin": 50_000 * 3074, "test.bin": 10_000 * 3074 },
    },
  ],
};
