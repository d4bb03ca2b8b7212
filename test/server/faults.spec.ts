import {mkdtempSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import type {BrowserSession} from '../../demo/server/session/session.js';
import {Driver} from '../support/driver.js';
import {processesOf} from '../support/processes.js';
import {startSession} from '../support/session.js';
import {TestViewer} from '../support/test-viewer.js';

/** A folder for the temporary files of this file's sessions only, because other tests run at the same time. */
let folder: string;
/** A folder that a browser still writes into is moved here, because it can't be deleted. */
let elsewhere: string;
const usual = process.env['TMPDIR'];

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaser-faults-'));
  elsewhere = mkdtempSync(join(tmpdir(), 'chaser-faults-gone-'));
  process.env['TMPDIR'] = folder;
});

test.afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  for (const path of [folder, elsewhere]) rmSync(path, {recursive: true, force: true, maxRetries: 10, retryDelay: 50});
});

/** The process id of the only browser with this folder. */
function mainProcess(): number {
  const main = processesOf(folder).find(({command}) => command.includes('--remote-debugging-port') && !command.includes('--type=') && !command.startsWith('/bin/sh'));
  if (!main) throw new Error('The browser has no process.');
  return main.id;
}

async function expectNothingLeft(session: BrowserSession): Promise<void> {
  await session.close();
  await expect.poll(() => processesOf(folder), {timeout: 15_000}).toEqual([]);
  await expect.poll(() => readdirSync(folder), {timeout: 15_000}).toEqual([]);
}

for (const [what, harm, end] of [
  ['killed', () => process.kill(mainProcess(), 'SIGKILL'), 'crashed'],
  ['stopped', () => process.kill(mainProcess(), 'SIGSTOP'), 'crashed'],
  ['without its profile folder, and then killed', () => {
    for (const name of readdirSync(folder)) renameSync(join(folder, name), join(elsewhere, name));
    process.kill(mainProcess(), 'SIGKILL');
  }, 'crashed'],
] as const) {
  test(`a browser that is ${what} ends the session, and nothing of it is left`, async () => {
    const session = await startSession({hungAfterMs: 2_000});
    const viewer = new TestViewer(session);
    await viewer.until('a frame', () => viewer.frames.length > 0);
    harm();
    expect(await session.ended).toBe(end);
    await viewer.until('the end', () => viewer.isEnded);
    await expectNothingLeft(session);
  });
}

test('a session leaves nothing behind, whether it is closed by the API or in the browser', async () => {
  const closed = await startSession();
  const viewer = new TestViewer(closed);
  await closed.close();
  expect(viewer.isEnded).toBe(true);
  await expectNothingLeft(closed);

  const left = await startSession();
  const automation = await CdpConnection.open(left.browserUrl);
  automation.browser.post('Browser.close');
  expect(await left.ended).toBe('browser_closed');
  await expectNothingLeft(left);
});

test('a busy browser is not a hung one', async () => {
  const session = await startSession({hungAfterMs: 1_500});
  const driver = await Driver.open(session.browserUrl);
  // A blocked page does not end the session.
  await driver.evaluate('{ const end = Date.now() + 6000; while (Date.now() < end); }');
  const viewer = new TestViewer(session);
  await viewer.until('a frame', () => viewer.frames.length > 0);
  driver.close();
  await expectNothingLeft(session);
});

test('a browser that does not start, or can\'t write, is reported, and leaves nothing behind', async () => {
  await expect(startSession({browserPath: join(folder, 'no-browser')})).rejects.toThrow(/could not be started|exited during its start/);
  await expect(startSession({browserPath: '/bin/false'})).rejects.toThrow('exited during its start');
  process.env['TMPDIR'] = join(folder, 'nowhere');
  try {
    await expect(startSession()).rejects.toThrow('ENOENT');
  } finally {
    process.env['TMPDIR'] = folder;
  }
  expect(readdirSync(folder)).toEqual([]);
});
