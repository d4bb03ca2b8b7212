import {executeServerCommand} from '@web/test-runner-commands';

/** How often a test repeats its action: `short` times in `npm test`, and `long` times in `npm run test:long`. */
export async function times(short: number, long: number): Promise<number> {
  return await executeServerCommand<boolean, undefined>('is-long') ? long : short;
}

/** Parameters of fast-check: in `npm test` a few cases with a fixed seed, in `npm run test:long` many random ones. */
export async function runs(short: number, long: number): Promise<{readonly numRuns: number; readonly seed?: number}> {
  const numRuns = await times(short, long);
  return numRuns === short ? {numRuns, seed: 1} : {numRuns};
}
