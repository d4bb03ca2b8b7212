import {type ChildProcess, spawn} from 'node:child_process';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Browser, type BrowserContextOptions, type Locator, type Page, chromium, expect, test} from 'playwright/test';
import type {ChaserLiveView} from '../../src/index.js';
import {launchBrowser} from '../support/launch-browser.js';
import {KEY, ServerProcess} from '../support/server-process.js';
import {unpackSnippets} from '../support/snippets.js';

const iife = join(fileURLToPath(new URL('../../', import.meta.url)), 'dist/chaser-live-view.iife.js');

/** The session's page. It needs a person, and accepts any trusted click. */
const SHOP = `<!doctype html><title>Captcha</title>
<style>body { margin: 0; background: #fff } button { position: absolute; left: 100px; top: 100px; width: 200px; height: 100px }</style>
<p>Are you human?</p><button>Yes</button>
<script>
  document.querySelector('button').addEventListener('click', ({isTrusted}) => {
    if (!isTrusted) return;
    document.title = 'Shop';
    document.body.textContent = 'Welcome';
  });
</script>`;

const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(SHOP));
let server: ServerProcess;
let browser: Browser;
let siteUrl: string;

test.beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser()]);
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});

test.afterAll(async () => {
  await browser?.close();
  await server?.stop();
  site.close();
});

/** The running script of a recipe. */
class Script {
  readonly process: ChildProcess;
  /** Its exit status. */
  readonly ended: Promise<number | null>;
  output = '';
  errors = '';

  constructor(recipe: string, command: string, args: readonly string[], at = server.url) {
    this.process = spawn(command, args, {
      cwd: unpackSnippets(`demo/docs/recipes/${recipe}.md`), env: {...process.env, CHASER_API: at, CHASER_KEY: KEY, START_URL: siteUrl},
      stdio: ['ignore', 'pipe', 'pipe'], detached: true,
    });
    this.process.stdout?.on('data', (chunk) => this.output += String(chunk));
    this.process.stderr?.on('data', (chunk) => this.errors += String(chunk));
    this.ended = new Promise((resolve) => this.process.once('close', resolve));
  }

  async said(pattern: RegExp): Promise<string> {
    await expect.poll(() => pattern.exec(this.output)?.[1] ?? this.errors, {timeout: 30_000}).toBeTruthy();
    return pattern.exec(this.output)?.[1] ?? '';
  }
}

/** The person's page, with a live view of the session. The test provides its tokens. */
async function watch(id: string, options: BrowserContextOptions = {}, at = server): Promise<{page: Page; view: Locator}> {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  await page.route('**/mint', async (route) => {
    const {status, bytes} = await at.call('POST', `/v1/sessions/${id}/preview-token`, {body: {}}).catch(() => ({status: 502, bytes: Buffer.from('{}')}));
    await route.fulfill({status, contentType: 'application/json', body: bytes});
  });
  await page.goto(siteUrl.replace('127.0.0.1', 'localhost'));
  await page.setContent('<html lang=en><body style="margin:0"><chaser-live-view controls style="width:1280px"></chaser-live-view><a href="#">After</a>');
  await page.addScriptTag({path: iife});
  const view = page.locator('chaser-live-view');
  await view.evaluate((element: ChaserLiveView) => {
    element.tokenEndpoint = '/mint';
  });
  await expect.poll(() => view.evaluate((element: ChaserLiveView) => element.state)).toBe('live');
  return {page, view};
}

/** The position of the shop's button in the picture. */
async function yes(view: Locator): Promise<{x: number; y: number}> {
  const box = await view.locator('canvas').boundingBox();
  return {x: (box?.x ?? 0) + 200, y: (box?.y ?? 0) + 150};
}

/** A session in the shop, whose script asks by `curl`. */
async function shopSession(at = server): Promise<{id: string; script: Script; shop: import('playwright/test').Page; leave: () => Promise<void>}> {
  const {id, cdpUrl} = await at.session({control: 'exclusive'});
  const automation = await chromium.connectOverCDP(cdpUrl);
  const shop = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
  await shop.goto(siteUrl);
  const script = new Script('hand-over-curl', '/bin/sh', ['hand-over.sh', id, 'Answer the question, then press "Done" & wait.'], at.url);
  return {id, script, shop, leave: () => automation.close()};
}

const strip = (view: Locator) => view.locator('[part=handoff]');
const done = (view: Locator) => view.getByRole('button', {name: 'Done'});

for (const library of ['playwright', 'puppeteer']) {
  test(`the recipe for ${library}: the script asks, a person answers by mouse, and it goes on by itself`, async () => {
    const script = new Script(`hand-over-${library}`, process.execPath, ['hand-over.mjs']);
    const id = await script.said(/A person is needed: (\S+)/);
    const {page, view} = await watch(id);
    await expect(strip(view)).toContainText('Answer the question, then press Done.');
    const {x, y} = await yes(view);
    await page.mouse.click(x, y);
    await done(view).click();
    expect(await script.ended, script.errors).toBe(0);
    expect(script.output).toContain('Done: Shop');
    await expect(strip(view)).toHaveText('Done, thank you');
    await page.context().close();
    await server.delete(id);
  });
}

test('the recipe for curl, by the keyboard alone', async () => {
  const {id, script, shop, leave} = await shopSession();
  const {page, view} = await watch(id);
  await expect(strip(view)).toContainText('Answer the question, then press "Done" & wait.');
  await view.evaluate((element) => element.focus());
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(shop.getByText('Welcome')).toBeVisible();
  for (const key of ['Control', 'Alt', 'Shift']) await page.keyboard.down(key);
  for (const key of ['Shift', 'Alt', 'Control']) await page.keyboard.up(key);
  await expect(done(view)).toBeFocused();
  await page.keyboard.press('Enter');
  expect(await script.ended, script.errors).toBe(0);
  expect(script.output).toBe('done: \n');
  await leave();
  await page.context().close();
  await server.delete(id);
});

test('by touch', async () => {
  const {id, script, shop, leave} = await shopSession();
  const {page, view} = await watch(id, {hasTouch: true});
  await expect(done(view)).toBeVisible();
  const {x, y} = await yes(view);
  await page.touchscreen.tap(x, y);
  await expect(shop.getByText('Welcome')).toBeVisible();
  await done(view).tap();
  expect(await script.ended, script.errors).toBe(0);
  await leave();
  await page.context().close();
  await server.delete(id);
});

test('two people answer at once: one of them ends it, and both are told how', async () => {
  const {id, script, leave} = await shopSession();
  const [first, second] = await Promise.all([watch(id), watch(id)]);
  await Promise.all([first, second].map(({view}) => expect(done(view)).toBeVisible()));
  const closed = await Promise.all([first, second].map(({view}) => view.evaluateHandle((element: ChaserLiveView) => ({
    status: new Promise<string | null>((resolve) => element.addEventListener('handoffclosed', ({status}) => resolve(status))),
  }))));
  // Neither page knows of the other's answer when it sends its own.
  const atMs = Date.now() + 500;
  await Promise.all([first, second].map(({view}) => view.evaluate((element: ChaserLiveView, atMs) => {
    setTimeout(() => element.shadowRoot?.querySelector<HTMLElement>('[part=handoff] button')?.click(), atMs - Date.now());
  }, atMs)));
  expect(await Promise.all(closed.map((handle) => handle.evaluate(({status}) => status)))).toEqual(['done', 'done']);
  expect(await script.ended).toBe(0);
  expect(script.output).toBe('done: \n');
  for (const {page, view} of [first, second]) {
    await expect(strip(view)).toHaveText('Done, thank you');
    expect(await view.evaluate((element: ChaserLiveView) => [element.state, element.handoff])).toEqual(['live', null]);
    await page.context().close();
  }
  await leave();
  await server.delete(id);
});

test('the recipe for curl takes its question back where it is interrupted as it asks', async () => {
  const calls: string[] = [];
  const api = createServer(({method, url}, response) => {
    calls.push(`${method} ${url}`);
    // Before the hand-over has its id.
    if (method === 'POST') process.kill(-(script.process.pid ?? 0), 'SIGINT');
    response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify({id: 'handoff_1'}));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const script = new Script('hand-over-curl', '/bin/sh', ['hand-over.sh', 'sess_1', 'A question.'], `http://127.0.0.1:${(api.address() as AddressInfo).port}`);
  expect(await script.ended, script.errors).toBe(130);
  expect(calls).toEqual(['POST /v1/sessions/sess_1/handoffs', 'DELETE /v1/sessions/sess_1/handoffs/handoff_1']);
  api.close();
});

test('can\'t, with a word on it; canceled by a script that ends; ended with the session', async () => {
  const {id, script, leave} = await shopSession();
  const {page, view} = await watch(id);
  await view.getByRole('button', {name: 'I can’t'}).click();
  await page.keyboard.type('It says <b>"no"</b>\\n & more');
  await page.keyboard.press('Enter');
  expect(await script.ended).toBe(1);
  expect(script.output).toBe('failed: It says <b>"no"</b>\\n & more\n');
  const second = new Script('hand-over-curl', '/bin/sh', ['hand-over.sh', id, 'Once more.']);
  await expect(strip(view)).toContainText('Once more.');
  // Like Ctrl+C at a terminal, which signals the whole process group.
  process.kill(-(second.process.pid ?? 0), 'SIGINT');
  await expect(strip(view)).toHaveText('No longer needed');
  expect(await second.ended).toBe(130);
  const third = new Script('hand-over-curl', '/bin/sh', ['hand-over.sh', id, 'The last.']);
  await expect(strip(view)).toContainText('The last.');
  await server.delete(id);
  expect(await third.ended).toBe(1);
  expect(third.output).toBe('session_ended: \n');
  await expect.poll(() => view.evaluate((element: ChaserLiveView) => [element.state, element.handoff])).toEqual(['ended', null]);
  await leave();
  await page.context().close();
});

test('a viewer who is gone and back, whose token is renewed, and whose server is another one by then', async () => {
  const secret = {CHASER_ALLOWED_ORIGINS: '*', CHASER_TOKEN_TTL: '8', CHASER_TOKEN_SECRET: 'a-secret-of-this-test'};
  const brief = await ServerProcess.start(secret);
  const {id, script, shop} = await shopSession(brief);
  const first = await watch(id, {}, brief);
  await expect(done(first.view)).toBeVisible();
  await first.page.context().close();
  const {page, view} = await watch(id, {}, brief);
  await expect(done(view)).toBeVisible();
  const {x, y} = await yes(view);
  await page.mouse.click(x, y);
  await expect(shop.getByText('Welcome')).toBeVisible();
  // Over a renewal, and after the first token has expired, they are still the same viewer and the driver.
  const drivers = await view.evaluate(async (element: ChaserLiveView) => {
    const seen: unknown[] = [];
    element.addEventListener('controlchange', ({driver, viewers}) => seen.push([driver, viewers]));
    element.addEventListener('handoff', ({id: asked}) => seen.push(asked));
    const before = element.expiresAt?.getTime() ?? 0;
    while ((element.expiresAt?.getTime() ?? 0) <= before) await new Promise((resolve) => setTimeout(resolve, 50));
    // Waits until the first token has expired.
    while (Date.now() <= before) await new Promise((resolve) => setTimeout(resolve, 50));
    return {seen, driver: element.driver, asked: element.handoff !== null};
  });
  expect(drivers).toEqual({seen: [], driver: 'you', asked: true});
  await brief.stop();
  expect(await script.ended).not.toBe(0);
  const again = await ServerProcess.start({...secret, PORT: new URL(brief.url).port});
  await expect.poll(() => view.evaluate((element: ChaserLiveView) => [element.state, element.handoff]), {timeout: 60_000}).toEqual(['ended', null]);
  await again.stop();
  await page.context().close();
});
