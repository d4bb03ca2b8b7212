import {executeServerCommand} from '@web/test-runner-commands';

/** How often a test does what it does: as often as says something in `npm test`, and `long` times in `npm run test:long`. */
export async function times(short: number, long: number): Promise<number> {
  return await executeServerCommand<boolean, undefined>('is-long') ? long : short;
}
