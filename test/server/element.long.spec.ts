import {test} from 'playwright/test';
import {runElementTest} from '../support/element-run.js';

// The gate does the same a fifth as often.
for (const name of ['memory.chromium', 'input-fuzz.chromium', 'zoom-fuzz.chromium', 'messages']) {
  test(`the element, as often as says most: ${name}`, async () => {
    await runElementTest(name, 'chromium', {TEST_LONG: '1'});
  });
}
