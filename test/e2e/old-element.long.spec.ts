import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium, expect, test} from 'playwright/test';
import type {ChaserLiveView} from '../../src/index.js';
import {launchBrowser} from '../support/launch-browser.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';

/** The last commit whose element knew only sections 1 to 8 of the protocol. */
const OLD = 'aabc1b8';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SESSION_PAGE = '<!doctype html><title>Session</title><body style="margin: 0; background: #0a0"><input style="position: absolute; left: 100px; top: 100px; width: 400px; height: 60px; font-size: 30px">';

let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaser-old-'));
  const tree = join(folder, 'tree');
  execFileSync('git', ['worktree', 'add', '--detach', tree, OLD], {cwd: ROOT, stdio: 'ignore'});
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  execFileSync('npx', ['rollup', '-c'], {cwd: tree, stdio: 'ignore'});
});

test.afterAll(() => {
  execFileSync('git', ['worktree', 'remove', '--force', join(folder, 'tree')], {cwd: ROOT});
  rmSync(folder, {recursive: true, force: true});
});

test('an element from before sections 9 to 13 of the protocol is live at this server, clicks, types and copies, and hears nothing that it calls an error', async () => {
  const script = join(folder, 'tree/dist/chaser-live-view.iife.js');
  expect(existsSync(script)).toBe(true);
  const [server, site, browser] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), startSite({'/': SESSION_PAGE, '/viewer': '<!doctype html><title>Viewer</title><body style="margin: 0">'}), launchBrowser(),
  ]);
  const session = await server.session();
  const automation = await chromium.connectOverCDP(session.cdpUrl);
  const driven = automation.contexts()[0]?.pages()[0];
  if (!driven) throw new Error('The session has no page.');
  await driven.goto(`${site.origin}/`);
  const page = await browser.newPage({viewport: {width: 1280, height: 800}});
  await page.goto(`${site.origin}/viewer`);
  await page.addScriptTag({path: script});
  await page.evaluate((token) => {
    const view = document.createElement('chaser-live-view');
    const heard: string[] = [];
    Object.assign(window, {heard});
    view.addEventListener('error', ({error}) => heard.push(error.message));
    view.addEventListener('clipboard', ({text}) => heard.push(`copied ${text}`));
    document.body.append(view);
    Object.assign(view.style, {display: 'block', width: '1280px'});
    view.previewToken = token;
  }, await server.mint(session.id));
  const view = page.locator('chaser-live-view');
  await expect.poll(() => view.evaluate((element: ChaserLiveView) => element.state)).toBe('live');
  await view.click({position: {x: 200, y: 130}});
  await page.keyboard.type('Hello there');
  await expect.poll(() => driven.evaluate('document.querySelector("input").value')).toBe('Hello there');
  const painted = await view.evaluate((element: ChaserLiveView) => element.getStats().framesPainted);
  await driven.evaluate('document.body.style.background = "#a00"');
  await expect.poll(() => view.evaluate((element: ChaserLiveView) => element.getStats().framesPainted)).toBeGreaterThan(painted);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  const heard = () => page.evaluate(() => Reflect.get(window, 'heard') as string[]);
  await expect.poll(heard).toEqual(['copied Hello there']);
  await automation.close();
  await browser.close();
  await Promise.all([server.stop(), site.close()]);
});
