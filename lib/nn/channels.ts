import { checkInteger, OptionError } from "../errors.ts";

/** The channels of a layer of filters. */
interface Channels {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups?: number;
}

/** Refuses channels that are no whole numbers, or that groups do not divide. @returns the groups */
export function checkChannels(op: string, { inChannels, outChannels, groups = 1 }: Channels): number {
  checkInteger(op, "inChannels", inChannels, 1);
  checkInteger(op, "outChannels", outChannels, 1);
  checkInteger(op, "groups", groups, 1);
  if (inChannels % groups === 0 && outChannels % groups === 0) return groups;
  const problem = `${groups} groups do not divide ${inChannels} input and ${outChannels} output channels`;
  throw new OptionError(op, problem, "choose groups that divide both");
}
