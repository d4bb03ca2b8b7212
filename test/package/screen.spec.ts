/** What a person sees while the page is busy, read from the screen and not from the canvas. */
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';
import type {Page} from 'playwright/test';
import {WebSocketServer} from 'ws';
import type {WebSocket} from 'ws';
import {launchBrowser} from '../support/launch-browser.js';
import {XvfbScreen} from '../support/xvfb.js';

const WIDTH = 1024;
const HEIGHT = 768;
const FRAME_INTERVAL_MS = 60;
const BLOCKED_MS = 1500;

let screen: XvfbScreen;
let server: Server;
let origin: string;
/** Two pictures of one colour each. */
let jpegs: Buffer[] = [];

test.beforeAll(async () => {
  screen = await XvfbScreen.start(WIDTH, HEIGHT);
  server = createServer(({url = '/'}, response) => {
    const name = url.split('?')[0]?.slice(1) ?? '';
    if (name.endsWith('.js')) return response.setHeader('content-type', 'text/javascript').end(readFileSync(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url))));
    return response.setHeader('content-type', 'text/html').end(`<!doctype html><link rel="icon" href="data:,"><style>body {margin: 0} chaser-live-view {width: 100vw; height: 100vh}</style>
      <script type="module" src="/chaser-live-view.js"></script><chaser-live-view fit="fill" ${url.includes('page') ? 'thread="page"' : ''}></chaser-live-view>`);
  });
  new WebSocketServer({server}).on('connection', (socket) => play(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => {
  server.closeAllConnections();
  server.close();
  screen.stop();
});

function play(socket: WebSocket): void {
  let sent = 0;
  const timer = setInterval(() => socket.send(jpegs[sent++ % 2] ?? ''), FRAME_INTERVAL_MS);
  socket.on('close', () => clearInterval(timer));
}

/** How often the picture on the screen has changed while the page was busy. */
async function changesWhileBusy(page: Page, query: string): Promise<{changes: number; thread: string}> {
  await page.goto(`http://${origin}/?${query}`);
  jpegs = await Promise.all(['#e02020', '#2040e0'].map(async (colour) => Buffer.from(await page.evaluate(async (colour) => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 180});
    const context = canvas.getContext('2d');
    if (context) context.fillStyle = colour;
    context?.fillRect(0, 0, 320, 180);
    return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
  }, colour), 'base64')));
  const thread = await page.evaluate(async (src) => {
    await customElements.whenDefined('chaser-live-view');
    const view = document.querySelector('chaser-live-view');
    if (!view) return '';
    const isPainted = new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
    view.src = src;
    await isPainted;
    return view.getStats().thread;
  }, `ws://${origin}/preview`);
  // Waits until a picture is on the screen.
  await expect.poll(() => isRed() || isBlue()).toBe(true);
  const busy = new AbortController();
  const done = page.evaluate((ms) => {
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs);
  }, BLOCKED_MS).then(() => busy.abort());
  // The page is busy by then.
  await new Promise((resolve) => setTimeout(resolve, BLOCKED_MS / 3));
  let changes = 0;
  for (let last = isRed(); !busy.signal.aborted;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = isRed();
    // A change at the moment when the page becomes free does not count.
    if (now !== last && !busy.signal.aborted) changes++;
    last = now;
  }
  await done;
  return {changes, thread};
}

/** The colour away from the middle, where the display draws the mouse pointer. */
const seen = () => screen.at(WIDTH / 4, HEIGHT * 3 / 4);
const isRed = () => seen()[0] > 180 && seen()[2] < 100;
const isBlue = () => seen()[2] > 180 && seen()[0] < 100;

// Not in Firefox, which passes a worker's socket data through the page, so nothing arrives while the page is busy.
test('the picture goes on while the page is busy, on the screen; on the page\'s own thread it stands still', async () => {
  const browser = await launchBrowser({
    headless: false, args: ['--window-position=0,0', `--window-size=${WIDTH},${HEIGHT}`],
    env: {...process.env, DISPLAY: screen.display},
  });
  const page = await browser.newPage({viewport: null});
  const [worker, own] = [await changesWhileBusy(page, 'worker'), await changesWhileBusy(page, 'page')];
  expect([worker.thread, own.thread]).toEqual(['worker', 'page']);
  expect(worker.changes).toBeGreaterThanOrEqual(4);
  expect(own.changes).toBeLessThanOrEqual(1);
  await browser.close();
});
