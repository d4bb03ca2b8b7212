import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {test} from 'playwright/test';
import {ENGINES} from '../support/engines.js';
import {root} from '../support/server-process.js';

const FRAMES = 2_000;

for (const engine of ENGINES) {
  test(`${FRAMES} frames of real pages, as patches and whole, are the same in every pixel in ${engine}`, async () => {
    const args = ['--import', 'tsx', 'node_modules/@web/test-runner/dist/bin.js', '--files', 'test/element/patch-exactness.test.ts'];
    await promisify(execFile)(process.execPath, args, {cwd: root, env: {...process.env, TEST_ENGINE: engine, PATCH_FRAMES: String(FRAMES)}})
      .catch((error: Error & {stdout?: string}) => {
        throw new Error(`The frames differ, or could not be compared:\n${error.stdout ?? error.message}`);
      });
  });
}
