import {type Browser, type Locator, type Page, expect, test} from 'playwright/test';
import {type Progress, buyCoffee} from '../../demo/site/automation.js';
import {launchBrowser} from '../support/launch-browser.js';
import {ServerProcess} from '../support/server-process.js';

let server: ServerProcess;
let browser: Browser;

test.beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start(), launchBrowser()]);
});

test.afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** How many sessions are open on the server. */
async function sessions(): Promise<unknown> {
  const {body} = await server.call('GET', '/healthz');
  return body['sessions'];
}

/** A view of a script that waits at its captcha. */
async function openAsked(page: Page): Promise<Locator> {
  await openDemo(page);
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'waiting', {timeout: 45_000});
  const view = page.locator('chaser-live-view');
  await expect(view.locator('[part=handoff]')).toContainText('Solve the captcha, then press Done.');
  return view;
}

async function openDemo(page: Page): Promise<void> {
  await page.goto(`${server.url}/?captcha=slider`);
  await expect(page.locator('chaser-live-view:state(live)')).toBeVisible({timeout: 30_000});
}

test('a visitor has one session, which ends when they leave', async () => {
  const context = await browser.newContext();
  const first = await context.newPage();
  await openDemo(first);
  await expect.poll(sessions).toBe(1);

  // The same visitor starts again in another tab. The first tab then says what happened to its session.
  const second = await context.newPage();
  await openDemo(second);
  await expect(first.locator('#status')).toHaveText(/The session is over/, {timeout: 20_000});
  await expect.poll(sessions).toBe(1);

  await second.goto('about:blank');
  await expect.poll(sessions, {timeout: 10_000}).toBe(0);
  await context.close();
});

test('only the demo\'s own pages can use the demo\'s endpoints', async () => {
  const run = {captcha: 'slider', profile: 'desktop'};
  const foreign = await server.call('POST', '/demo/runs', {key: '', body: run, headers: {origin: 'https://elsewhere.example'}});
  expect(foreign.status).toBe(403);
  const unknown = await server.call('POST', '/demo/runs', {key: '', body: {...run, captcha: 'none'}, headers: {origin: server.url}});
  expect(unknown.status).toBe(400);

  // Nobody can use another visitor's run, even with its id.
  const started = await server.call('POST', '/demo/runs', {key: '', body: run, headers: {origin: server.url}});
  expect(started.status).toBe(201);
  const path = `/demo/runs/${String(started.body['id'])}`;
  expect((await server.call('POST', `${path}/preview-token`, {key: '', body: {}})).status).toBe(404);
  const cookie = started.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await server.call('POST', `${path}/preview-token`, {key: '', body: {}, headers: {cookie}})).status).toBe(200);
  expect((await server.call('POST', `${path}/end`, {key: '', body: {}, headers: {cookie}})).status).toBe(204);
  await expect.poll(sessions, {timeout: 10_000}).toBe(0);
});

test('the pages run under a strict policy, and log nothing on the console', async () => {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await openDemo(page);
  expect(problems).toEqual([]);
  const policy = (await server.call('GET', '/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain('default-src \'self\'');
  expect(policy).not.toContain('unsafe');
  await page.close();
});

test('a session that can\'t reach the shop says so, and what to do', async () => {
  const {id, cdpUrl} = await server.session();
  const progress: Progress[] = [];
  // Sessions can't connect to ports in this range, just as a browser on another machine can't connect to this machine's ports.
  await buyCoffee({cdpUrl, shopUrl: 'http://127.0.0.1:29999/', signal: new AbortController().signal, askPerson: () => {
    throw new Error('Nobody is asked for.');
  }, onProgress: (one) => progress.push(one)});
  expect(progress.at(-1)).toMatchObject({state: 'failed', stepsDone: 0, result: expect.stringMatching(/can't reach the demo's shop at 127.0.0.1:29999.*CHASER_CDP_URL/)});
  await server.delete(id);
});

test('whoever presses Done without solving is asked again, and their I can\u2019t ends the run in plain words', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const view = await openAsked(page);
  await view.getByRole('button', {name: 'Done'}).click();
  await expect(view.locator('[part=handoff]')).toContainText('The captcha is not solved yet. Solve it, then press Done.', {timeout: 15_000});
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'waiting');
  await view.getByRole('button', {name: 'I can\u2019t'}).click();
  await page.keyboard.type('The puzzle is too dark.');
  await page.keyboard.press('Enter');
  await expect(page.locator('#status')).toHaveText(/The person could not solve the captcha\. The puzzle is too dark\.$/);
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'failed');
  await context.close();
  await expect.poll(sessions, {timeout: 10_000}).toBe(0);
});
