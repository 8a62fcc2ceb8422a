import { TslabLanguage } from "../../../kernel/language/tslab.ts";
import { allCases } from "./cases/index.ts";
import { holdAgainst } from "./harness.ts";

holdAgainst({ name: "tslab", create: (folder) => new TslabLanguage(folder) }, allCases);
