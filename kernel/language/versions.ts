import { createRequire } from "node:module";

/** Read from the manifests, because loading the compiler to ask it takes a second. */
export function languageVersions(): { tslab: string; typescript: string } {
  const require = createRequire(import.meta.url);
  const manifest = "tslab/package.json";
  const requireFromTslab = createRequire(require.resolve(manifest));
  const { version: tslab } = require(manifest) as { version: string };
  const { version: typescript } = requireFromTslab("@tslab/typescript-for-tslab/package.json") as { version: string };
  return { tslab, typescript };
}
