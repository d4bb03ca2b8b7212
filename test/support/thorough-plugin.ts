import type {TestRunnerPlugin} from '@web/test-runner-core';

/** Tells tests whether they may take minutes: `npm run test:long` sets `TEST_LONG`. `thorough.ts` is the page's side. */
export function thoroughPlugin(): TestRunnerPlugin {
  return {name: 'thorough', executeCommand: ({command}) => command === 'is-long' ? process.env['TEST_LONG'] === '1' : undefined};
}
