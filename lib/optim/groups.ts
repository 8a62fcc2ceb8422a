import { checkOptions, checkPositive, checkRange, describe, OptionError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { type Parameter, Tensor } from "../tensor/tensor.ts";

/** Parameters that are trained with settings of their own: what is left out is as the optimiser's options say. */
export interface ParameterGroup {
  readonly parameters: Iterable<Parameter>;
  /** The size of their steps. When the optimiser's `learningRate` is changed later, the ratio of the two stays. */
  readonly learningRate?: number;
  /** How strongly they are pulled to zero: 0 for biases and for the weights of normalisations, as is usual. */
  readonly weightDecay?: number;
}

/** A group, its parameters in an array. */
interface Group extends ParameterGroup {
  readonly parameters: readonly Parameter[];
}

/** The groups that an optimiser is given, or one of all parameters. @throws OptionError if some are no parameters */
export function groupsOf(name: string, given: Iterable<Parameter> | Iterable<ParameterGroup>): Group[] {
  const entries = listed(name, "the parameters are", given);
  const grouped = entries.some((entry) => !(entry instanceof Tensor) && isObject(entry) && "parameters" in entry);
  const groups = grouped
    ? entries.map((entry) => checkedGroup(name, entry as ParameterGroup))
    : [{ parameters: entries as Parameter[] }];
  const all = groups.flatMap((group): readonly Parameter[] => group.parameters);
  for (const parameter of all) checkTensor(name, "one of the parameters", parameter);
  if (all.length === 0) {
    throw new OptionError(name, "there are no parameters", "give it model.parameters() of a model that has some");
  }
  const twice = all.findIndex((parameter, i) => all.indexOf(parameter) < i);
  if (twice >= 0) {
    const problem = `parameter ${twice} is parameter ${all.indexOf(all[twice]!)} again: it would be changed twice a step`;
    throw new OptionError(name, problem, "name each once; model.parameters() does");
  }
  return groups;
}

function checkedGroup(name: string, group: ParameterGroup): Group {
  checkOptions(name, group, ["parameters", "learningRate", "weightDecay"]);
  const { learningRate, weightDecay } = group;
  if (learningRate !== undefined) checkPositive(name, "a group's learningRate", learningRate);
  if (weightDecay !== undefined) checkRange(name, "a group's weightDecay", weightDecay, Number.POSITIVE_INFINITY);
  return { ...group, parameters: listed(name, "a group's parameters are", group.parameters) as Parameter[] };
}

function listed(name: string, what: string, given: unknown): unknown[] {
  if (
    typeof given !== "string" &&
    typeof (given as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === "function"
  ) {
    return [...(given as Iterable<unknown>)];
  }
  throw new OptionError(name, `${what} ${describe(given)}`, "give it model.parameters()");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
