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
import { topicOf, topics } from "./topics.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

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
  if (topic === undefined) throw new Error(`${reflection.name} of ${path}: give its folder a topic in test/docs/topics.mjs`);
  // Functions are described at their signatures, and have no comment of their own to put a topic into.
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: topic }]));
});

/** Of several signatures the first is described for all; of its parameters each has those that it takes. */
function describeOverloads(context) {
  for (const { signatures = [] } of context.project.getReflectionsByKind(ReflectionKind.FunctionOrMethod)) {
    const described = signatures.find(({ comment }) => comment !== undefined)?.comment;
    if (described === undefined || signatures.length < 2) continue;
    for (const signature of signatures) {
      const names = signature.parameters?.map(({ name }) => name) ?? [];
      const comment = described.clone();
      comment.blockTags = comment.blockTags.filter(({ tag, name }) => tag !== "@param" || names.includes(name ?? ""));
      signature.comment = comment;
    }
  }
}
application.converter.on(Converter.EVENT_RESOLVE_BEGIN, describeOverloads, 10_000);

const project = await application.convert();
if (project === undefined) process.exit(1);
application.validate(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
const out = resolve(root, "out/docs");
rmSync(out, { recursive: true, force: true });
await application.generateDocs(project, out);
