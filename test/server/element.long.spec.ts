import {test} from 'playwright/test';
import {runElementTest} from '../support/element-run.js';
import {ENGINES, type Engine} from '../support/engines.js';

// `npm test` runs a small part of these, with fixed cases, and the long waits only in Chromium.
const FILES: readonly (readonly [name: string, engines: readonly Engine[]])[] = [
  ...['memory.chromium', 'input-fuzz.chromium', 'zoom-fuzz.chromium', 'zoom.chromium'].map((name) => [name, ['chromium']] as const),
  ...['messages', 'renewal'].map((name) => [name, ENGINES] as const),
  ['life-silence', ['firefox', 'webkit']],
];

for (const [name, engines] of FILES) {
  for (const engine of engines) {
    test(`the element, as often as says most: ${name} in ${engine}`, async () => {
      await runElementTest(name, engine, {TEST_LONG: '1'});
    });
  }
}
