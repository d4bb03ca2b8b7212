import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type Browser, type Page, expect, test} from 'playwright/test';
import {launchBrowser} from '../support/launch-browser.js';
import {ServerProcess} from '../support/server-process.js';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const WCAG_22_AA = JSON.stringify({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});

let server: ServerProcess;
let browser: Browser;
let page: Page;
let problems: string[];

test.beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start({CHASER_KEYS: ''}), launchBrowser()]);
});

test.afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test.beforeEach(async () => {
  // High enough for all views to be visible, because a view that is not visible receives no frames.
  page = await browser.newPage({viewport: {width: 1280, height: 3200}});
  problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`${message.text()} ${message.location().url}`);
  });
});

test.afterEach(() => page.close());

/** How many live views of the page are in a state. */
function views(state: string) {
  return page.locator(`chaser-live-view:state(${state})`);
}

/** In light and dark; as text, which a page's policy against `eval` has no say in. */
async function expectAccessible(): Promise<void> {
  await page.evaluate(AXE);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({colorScheme, reducedMotion: 'reduce'});
    expect(await page.evaluate(`axe.run(document, ${WCAG_22_AA}).then(({violations}) => violations.map(({id, nodes}) => id + ' ' + nodes.map(({target}) => target)))`), colorScheme).toEqual([]);
  }
}

test('a server without keys creates one and reveals it to nobody', async () => {
  for (const key of ['', 'demo', 'undefined', 'test-key']) expect((await server.call('GET', '/v1/sessions', {key})).status).toBe(401);
  const [address, ...rest] = server.output.trim().split('\n');
  expect(address).toBe(`Demo: ${server.url}/`);
  expect(rest.filter((line) => !line.includes('This server runs as root'))).toEqual([]);
});

test('the first page is accessible', async () => {
  await page.goto(server.url);
  await expect(page.locator('#status')).not.toHaveAttribute('data-state', 'failed');
  await expectAccessible();
});

test('the gallery shows each state, and each attribute on a live session', async () => {
  await page.goto(`${server.url}/gallery`);
  for (const state of ['idle', 'connecting', 'live', 'stalled', 'reconnecting', 'expired', 'ended', 'failed']) {
    const view = page.locator(`chaser-live-view[label="${state}"]`);
    await expect.poll(() => view.evaluate((view) => 'state' in view && view.state), {timeout: 30_000}).toBe(state);
  }
  for (const fit of ['contain', 'cover', 'fill', 'none', 'scale-down']) {
    const view = page.locator(`chaser-live-view[label="fit ${fit}"]`);
    await expect(view.and(views('live'))).toBeVisible({timeout: 30_000});
  }
  for (const name of ['confirm', 'prompt', 'select']) {
    const view = page.locator(`chaser-live-view[label="${name}"]`);
    await view.and(views('live')).click();
    await expect(view.getByRole('alertdialog')).toBeVisible();
    await view.getByRole('button', {name: 'OK'}).click();
    await expect(view.getByRole('alertdialog')).toBeHidden();
  }
  await expect(page.locator('chaser-live-view[label="paused"]')).toHaveAttribute('paused', '', {timeout: 30_000});
  await expectAccessible();
  // In two of the states, the page's endpoint answers with an error, which the browser logs.
  expect(problems.filter((problem) => !problem.includes('/demo/states/'))).toEqual([]);
});

test('the ten lines that /embed shows are a working page with a live view', async () => {
  const lines = await (await fetch(`${server.url}/embed/ten-lines`)).text();
  expect(lines.trimEnd().split('\n')).toHaveLength(10);
  await page.goto(`${server.url}/embed`);
  await expect(page.locator('pre')).toHaveText(lines.trim());
  await expect(views('live')).toHaveCount(1, {timeout: 30_000});
  await expectAccessible();
  await page.goto(`${server.url}/embed/ten-lines`);
  await expect(views('live')).toHaveCount(1, {timeout: 30_000});
  expect(problems).toEqual([]);
});

test('the wall shows nine, and says how many browsers that are', async () => {
  await page.goto(`${server.url}/wall`);
  const states = () => page.locator('chaser-live-view').evaluateAll((views) => views.map((view) => 'state' in view && view.state));
  await expect.poll(states, {timeout: 45_000}).toEqual(Array.from({length: 9}, () => 'live'));
  await expect(page.locator('.intro')).toContainText(/Nine (views of \d+ sessions?|sessions)/);
  await expect(page.locator('chaser-live-view[readonly]')).toHaveCount(9);
  await expect(page.locator('#figures')).toHaveText(/^\d+ frames a second/);
  await expectAccessible();
  expect(problems).toEqual([]);
});
