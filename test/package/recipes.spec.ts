import {type ChildProcess, spawn} from 'node:child_process';
import {readFile, rm} from 'node:fs/promises';
import {type IncomingMessage, type ServerResponse, createServer} from 'node:http';
import {type AddressInfo, connect} from 'node:net';
import {extname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {expect, test} from 'playwright/test';
import type {Browser, Page} from 'playwright/test';
import {type WebSocket, WebSocketServer} from 'ws';
import {findBrowser} from '../../demo/server/find-browser.js';
import type {ChaserLiveView} from '../../src/index.js';
import {launchBrowser} from '../support/launch-browser.js';
import {snippetsOf, unpackSnippets} from '../support/snippets.js';
import {GREY_JPEG} from '../support/grey-jpeg.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CDN = 'https://cdn.jsdelivr.net/npm/chaser-live-view@0.1';
const CONTENT_TYPES: Readonly<Record<string, string>> = {'.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css'};

let browser: Browser;
/** Stands for a session server: creates tokens for the key `key`, and its preview sockets show one grey picture. */
const api = createServer((request, response) => answerApi(request, response));
const previews = new WebSocketServer({server: api});
const minted: string[] = [];
let apiOrigin: string;
const children: ChildProcess[] = [];

test.beforeAll(async () => {
  browser = await launchBrowser();
  previews.on('connection', (socket) => socket.send(GREY_JPEG));
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  apiOrigin = `127.0.0.1:${(api.address() as AddressInfo).port}`;
});

test.afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

test.afterAll(async () => {
  await browser?.close();
  for (const client of previews.clients) client.terminate();
  api.close();
  await rm(join(root, 'test-results/snippets'), {recursive: true, force: true});
});

test("the README's six lines", async () => {
  const page = await open(`${await serve(unpackSnippets('README.md'))}embed.html`);
  await expectState(page, 'live');
});

test('mint endpoint in Express: the key stays on the server', async () => {
  const folder = unpackSnippets('demo/docs/recipes/mint-express.md');
  const address = await start('server.mjs', folder, {CHASER_API: `http://${apiOrigin}`, CHASER_KEY: 'key', PORT: '0'});
  const page = await open(address);
  await expectState(page, 'live');
  expect(minted.at(-1)).toBe('/v1/sessions/sess_123/preview-token');
  expect((await fetch(`${address}preview-token/unknown`, {method: 'POST'})).status, 'statuses are passed on').toBe(404);
  const limited = await fetch(`${address}preview-token/limited`, {method: 'POST'});
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
});

test('mint endpoint in Next: the route handler', async () => {
  const folder = unpackSnippets('demo/docs/recipes/mint-next.md');
  Object.assign(process.env, {CHASER_API: `http://${apiOrigin}`, CHASER_KEY: 'key'});
  const route: unknown = await import(pathToFileURL(join(folder, 'route.ts')).href);
  if (!isRoute(route)) throw new Error('The recipe exports no POST.');
  const post = (session: string) => route.POST(new Request('http://localhost/', {method: 'POST'}), {params: Promise.resolve({session})});
  expect(await (await post('sess_1')).json()).toMatchObject({input_enabled: true, fps: 5});
  const limited = await post('limited');
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
});

test('a wall to watch only', async () => {
  const pages = await serve(unpackSnippets('demo/docs/recipes/wall.md'));
  const page = await open(`${pages}wall.html?session=sess_1&session=sess_2`);
  await expect(page.locator('chaser-live-view')).toHaveCount(2);
  await expectState(page, 'live');
  expect(await page.locator('chaser-live-view').evaluateAll((views: ChaserLiveView[]) => views.map(({inputEnabled}) => inputEnabled))).toEqual([false, false]);
});

test('a custom overlay: words in slots, looks in parts and states', async () => {
  const pages = await serve(unpackSnippets('demo/docs/recipes/custom-overlay.md'));
  const page = await open(`${pages}overlay.html`);
  await expectState(page, 'live');
  await expect(page.locator('chaser-live-view')).toHaveCSS('box-shadow', /rgb\(46, 139, 87\)/);
  for (const client of previews.clients) client.close(4410, 'session_ended');
  await expect(page.getByRole('paragraph').filter({hasText: 'All done.'})).toBeVisible();
  await expect(page.getByRole('paragraph').filter({hasText: 'Waking your browser'})).toBeHidden();
});

test('a tab bar: tabs, history and an address over the public API', async () => {
  const said: unknown[] = [];
  const listen = (socket: WebSocket) => {
    const id = (text: string, active: boolean) => ({id: text, url: `https://${text}.example/`, title: text === 'b' ? '' : text, active});
    socket.send(JSON.stringify({
      type: 'hello', protocol: 1, session: 's', input_enabled: true, fps: 5, expires_at: new Date(Date.now() + 300_000), viewport: {width: 8, height: 8},
      features: ['navigation'], navigation: 'full',
    }));
    socket.send(JSON.stringify({type: 'tabs', tabs: [id('a', false), id('b', true)], back: true, forward: false, loading: false}));
    socket.on('message', (data: Buffer) => said.push(JSON.parse(data.toString())));
  };
  previews.on('connection', listen);
  const page = await open(`${await serve(unpackSnippets('demo/docs/recipes/tab-bar.md'))}tab-bar.html`);
  const tabs = page.locator('nav button');
  await expect(tabs).toHaveText(['a', 'https://b.example/']);
  await expect(tabs.nth(1)).toHaveAttribute('aria-current', 'page');
  await expect(page.getByLabel('Address')).toHaveValue('https://b.example/');
  await expect(page.getByRole('button', {name: 'Forward'})).toBeDisabled();
  await tabs.nth(0).click();
  await page.getByRole('button', {name: 'Back'}).click();
  await page.getByLabel('Address').fill('https://c.example/');
  await page.getByLabel('Address').press('Enter');
  await expect.poll(() => said.filter((message) => /"type":"(tab|navigate)"/.test(JSON.stringify(message)))).toEqual([
    {type: 'tab', action: 'activate', id: 'a'}, {type: 'navigate', action: 'back'}, {type: 'navigate', action: 'to', url: 'https://c.example/'},
  ]);
  previews.off('connection', listen);
});

test('a strict Content Security Policy is enough', async () => {
  const policy = snippetsOf('demo/docs/recipes/content-security-policy.md').find(({name}) => name === 'policy');
  // The test's pages do not use TLS, like pages on a developer's machine.
  const value = policy?.code.trim().replace('Content-Security-Policy: ', '').replace('wss:', `ws://${apiOrigin}`) ?? '';
  const pages = await serve(unpackSnippets('demo/docs/recipes/custom-overlay.md'), {'content-security-policy': value});
  const page = await browser.newPage();
  const violations: string[] = [];
  page.on('console', (message) => message.text().includes('Content Security Policy') && violations.push(message.text()));
  await page.goto(`${pages}overlay.html?local`);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.src = '/chaser-live-view.iife.js';
    document.head.append(script);
  });
  await expectState(page, 'live');
  expect(violations.filter((text) => !text.includes(CDN))).toEqual([]);
});

test('an own server in 60 lines is watched and clicked', async () => {
  const folder = unpackSnippets('demo/docs/recipes/own-server.md');
  const [{code = ''} = {}] = snippetsOf('demo/docs/recipes/own-server.md');
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(60);
  // The watched page turns from red to green at a click.
  const watched = 'data:text/html,<body style="margin:0;background:red" onclick="document.body.style.background=`lime`">';
  const address = await start('server.mjs', folder, {PORT: '0', CHASER_BROWSER: findBrowser() ?? ''}, [watched]);
  await breakSocket(address);
  const page = await open(`${await serve(folder)}?empty`);
  await page.addScriptTag({path: join(root, 'dist/chaser-live-view.iife.js')});
  await page.evaluate((src) => {
    const view = document.createElement('chaser-live-view');
    view.src = src;
    document.body.append(view);
  }, address);
  await expect.poll(() => pixel(page)).toBe('red');
  await page.locator('chaser-live-view').click();
  await expect.poll(() => pixel(page)).toBe('lime');
});

/** Opens a socket and sends an invalid, unmasked frame, as some proxies do when they are restarted. */
async function breakSocket(address: string): Promise<void> {
  const {hostname, port, search} = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /${search} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n`);
  socket.once('data', () => socket.write(Buffer.from([0x88, 0])));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
}

function answerApi({url = '', headers}: IncomingMessage, response: ServerResponse): void {
  if (headers.authorization !== 'Bearer key') return void response.writeHead(401).end('{}');
  if (url.includes('/unknown/')) return void response.writeHead(404).end('{"error": {"code": "session_not_found", "message": ""}}');
  if (url.includes('/limited/')) return void response.writeHead(429, {'retry-after': '7'}).end('{"error": {"code": "rate_limited", "message": ""}}');
  minted.push(url);
  const token = {url: `ws://${apiOrigin}/preview?token=t`, expires_at: new Date(Date.now() + 300_000).toISOString(), input_enabled: true, fps: 5};
  response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(token));
}

/** Starts a recipe's program. Returns the address that it prints. */
function start(file: string, folder: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], {cwd: folder, env: {...process.env, ...env}});
  children.push(child);
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr.on('data', (chunk) => output += String(chunk));
    child.stdout.on('data', (chunk) => {
      const address = /(?:http|ws):\/\/\S+/.exec(String(chunk))?.[0];
      if (address) resolve(address);
    });
    child.once('exit', () => reject(new Error(`${file} ended: ${output}`)));
  });
}

/** Serves a recipe's pages and a token endpoint. */
async function serve(folder: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = createServer((request, response) => void answerPage(request, response, folder, headers));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function answerPage({url = '/'}: IncomingMessage, response: ServerResponse, folder: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const {pathname, search} = new URL(url, 'http://localhost');
  if (search === '?empty') return void response.writeHead(200, {'content-type': 'text/html'}).end('<!doctype html>');
  if (/^\/preview-token(\/|$)/.test(pathname)) {
    const token = await fetch(`http://${apiOrigin}/v1/sessions/${pathname.slice(15) || 'sess_1'}/preview-token`, {headers: {authorization: 'Bearer key'}});
    return void response.writeHead(200, {'content-type': 'application/json'}).end(await token.text());
  }
  const file = pathname === '/chaser-live-view.iife.js' ? join(root, 'dist', pathname) : join(folder, pathname);
  const body = await readFile(file).catch(() => undefined);
  if (body) response.writeHead(200, {'content-type': CONTENT_TYPES[extname(file)] ?? 'text/plain', ...headers}).end(body);
  else response.writeHead(404, headers).end();
}

/** Opens a page, with the build in place of the CDN's files. */
async function open(address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route(CDN, (route) => route.fulfill({path: join(root, 'dist/chaser-live-view.iife.js'), contentType: 'text/javascript'}));
  await page.goto(address);
  return page;
}

async function expectState(page: Page, state: string): Promise<void> {
  await expect(page.locator('chaser-live-view')).not.toHaveCount(0);
  await expect.poll(() => page.locator('chaser-live-view').evaluateAll((views: ChaserLiveView[]) => views.map((view) => view.state)))
    .toEqual(Array.from({length: await page.locator('chaser-live-view').count()}, () => state));
}

function pixel(page: Page): Promise<string> {
  return page.locator('chaser-live-view').evaluate((view: ChaserLiveView) => {
    const canvas = view.shadowRoot?.querySelector('canvas');
    const [red = 0, green = 0] = canvas?.width ? canvas.getContext('2d')?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data ?? [] : [];
    return red > 200 ? 'red' : green > 200 ? 'lime' : 'none';
  });
}

interface Route {
  POST(request: Request, context: {params: Promise<{session: string}>}): Promise<Response>;
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'POST' in value && typeof value.POST === 'function';
}
