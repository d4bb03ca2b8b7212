import {executeServerCommand} from '@web/test-runner-commands';

/** How often a test does what it does: as often as says something in `npm test`, and `long` times in `npm run test:long`. */
export async function times(short: number, long: number): Promise<number> {
  return await executeServerCommand<boolean, undefined>('is-long') ? long : short;
}

/** Parameters of fast-check: in `npm test` a few cases, the same ones each time; in `npm run test:long` many that nobody has seen before. */
export async function runs(short: number, long: number): Promise<{readonly numRuns: number; readonly seed?: number}> {
  const numRuns = await times(short, long);
  return numRuns === short ? {numRuns, seed: 1} : {numRuns};
}
