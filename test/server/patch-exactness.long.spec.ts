import {test} from 'playwright/test';
import {runElementTest} from '../support/element-run.js';
import {ENGINES} from '../support/engines.js';

const FRAMES = 2_000;

for (const engine of ENGINES) {
  test(`${FRAMES} frames of real pages, as patches and whole, are the same in every pixel in ${engine}`, async () => {
    await runElementTest('patch-exactness', engine, {PATCH_FRAMES: String(FRAMES)});
  });
}
