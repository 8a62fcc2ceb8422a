/** The first V8 that counts a function's calls on its way to machine code is 12, of Node 22; before, there was one budget. */
const countsCalls = 12;

/** Mebibytes of a half of the young generation at least, of which V8 takes one to begin with: what the memory of all processes allows. */
const youngSpace = { before: 8, since: 4 };

/** How much later than by itself V8 makes machine code of a function. */
const patience = 3;

/**
 * Settings of V8 for the compiler's process that starts from a snapshot. Its work comes in pieces of milliseconds, each through
 * thousands of functions, of which V8 makes machine code on threads beside, and most of that never pays: in a notebook's first
 * sixty cells it was a third of the process's time. And it begins with so little room for new values that a cell fills it more
 * than once, for which those threads wake up, too. With both, a cell takes less of the processor's time (Node 20: 5.1 ms a
 * declaration instead of 8.9; Node 24, for which there is less room, a fifth less for `1 + 1`); with more patience a session of thousands of
 * cells is slower by a quarter.
 */
export function compilerFlags(version: string = process.versions.v8): string[] {
  const room = "--min-semi-space-size";
  if (Number.parseInt(version, 10) < countsCalls) {
    return [`${room}=${youngSpace.before}`, `--interrupt-budget=${patience * 132 * 1024}`];
  }
  return [
    `${room}=${youngSpace.since}`,
    `--invocation-count-for-maglev=${patience * 400}`,
    `--invocation-count-for-maglev-osr=${patience * 100}`,
    `--invocation-count-for-turbofan=${patience * 3000}`,
    `--invocation-count-for-osr=${patience * 500}`,
  ];
}
