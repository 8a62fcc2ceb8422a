import { TslabLanguage } from "../../../kernel/language/tslab.ts";
import { holdAssistanceAgainst } from "./assistance.ts";
import { allCases } from "./cases/index.ts";
import { holdAgainst } from "./harness.ts";

const tslab = { name: "tslab", create: (folder: string) => new TslabLanguage(folder) };

holdAgainst(tslab, allCases);
holdAssistanceAgainst(tslab);
