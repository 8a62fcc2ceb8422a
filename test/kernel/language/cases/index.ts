import type { Case } from "../contract.ts";
import { declarations } from "./declarations.ts";
import { errors } from "./errors.ts";
import { modules } from "./modules.ts";
import { resources } from "./resources.ts";
import { results } from "./results.ts";
import { syntax } from "./syntax.ts";

export const allCases: Record<string, Case[]> = { declarations, syntax, resources, results, errors, modules };
