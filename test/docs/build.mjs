// @ts-check
/**
 * Builds the API site from the docstrings into `out/docs`: `npm run docs`. The pages ask the network for nothing.
 *
 * A topic is a folder of the source, so that what is new finds its place by itself. A public name without a docstring, or
 * a link to nowhere in one, is an error. TypeDoc works on the compiler interface of TypeScript 6, which 7 has no more;
 * `package.json` beside this file brings both.
 */
import { rmSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Comment, CommentTag, Converter, ReflectionKind } from "typedoc";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The topics in the order of the site, and the folders and files whose public names they take; the longest path counts. */
const topics = {
  Tensors: ["lib/tensor/", "lib/random.ts"],
  Operations: ["lib/ops/"],
  Gradients: ["lib/autograd/"],
  Layers: ["lib/nn/"],
  Networks: ["lib/models/"],
  Training: ["lib/optim/", "lib/train/"],
  Data: ["lib/data/"],
  Pictures: ["lib/display/", "lib/mime.ts"],
  Speed: ["lib/compute/", "lib/wasm/", "lib/ops/settings.ts"],
  Errors: ["lib/errors.ts", "lib/interrupt.ts"],
  Values: ["kernel/display/", "kernel/api/"],
};

/** @param {string} path */
function topicOf(path) {
  const fitting = Object.entries(topics).flatMap(([topic, parts]) =>
    parts.filter((part) => path.startsWith(part)).map((part) => ({ topic, length: part.length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.topic;
}

const application = await Application.bootstrap({
  name: "StrideLab",
  entryPoints: ["lib/index.ts", "kernel/api/index.ts"].map((file) => resolve(root, file)),
  tsconfig: resolve(root, "test/docs/tsconfig.json"),
  basePath: root,
  readme: resolve(root, "test/docs/overview.md"),
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  includeVersion: true,
  hideGenerator: true,
  githubPages: false,
  navigation: { includeCategories: true, includeGroups: false, includeFolders: false },
  categorizeByGroup: false,
  categoryOrder: Object.keys(topics),
  sort: ["kind", "alphabetical"],
  kindSortOrder: ["Module", "Function", "Class", "Variable", "Interface", "TypeAlias"],
  validation: { notExported: false, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: ["Function", "Class", "Interface", "TypeAlias", "Variable", "Method", "Accessor"],
  treatValidationWarningsAsErrors: true,
});

application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
  if (reflection.kindOf(ReflectionKind.Module)) {
    reflection.name = reflection.name.startsWith("kernel") ? "stridelab/notebook" : "stridelab";
    return;
  }
  if (!reflection.parent?.kindOf(ReflectionKind.Module)) return;
  const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
  const path = relative(root, file ?? root);
  const topic = topicOf(path);
  if (topic === undefined) throw new Error(`${reflection.name} of ${path}: give its folder a topic in test/docs/build.mjs`);
  // Functions are described at their signatures, and have no comment of their own to put a topic into.
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: topic }]));
});

const project = await application.convert();
if (project === undefined) process.exit(1);
application.validate(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
const out = resolve(root, "out/docs");
rmSync(out, { recursive: true, force: true });
await application.generateDocs(project, out);
