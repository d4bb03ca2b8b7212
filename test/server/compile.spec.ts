import {execFileSync} from 'node:child_process';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'playwright/test';
import {bundle, compile} from '../../demo/server/compile.js';

const source = (name: string) => pathToFileURL(`demo/${name}`);

test('scripts are made side by side, and esbuild’s process ends when there are no more to make', async () => {
  const [script, page] = await Promise.all([compile(source('server/session/clipboard/in-helper.ts')), bundle(source('site/pages/client/home.ts'))]);
  expect(script).toContain('chaserClipboard');
  expect(script).not.toContain('import ');
  expect(page.length).toBeGreaterThan(1000);
  const children = () => execFileSync('ps', ['-eo', 'ppid=,args='], {encoding: 'utf8'}).split('\n')
    .filter((line) => Number.parseInt(line, 10) === process.pid && line.includes('esbuild') && line.includes('--service'));
  await expect.poll(children).toEqual([]);
  // It starts again for the next script.
  expect((await bundle(source('site/pages/client/wall.ts'))).length).toBeGreaterThan(100);
});
