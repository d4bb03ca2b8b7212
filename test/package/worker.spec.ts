/**
 * Where the built scripts paint: in the worker beside them or, if that cannot be started, on the page, by themselves and
 * without a warning.
 */
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {Server, ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';
import type {Browser, Page} from 'playwright/test';
import {WebSocketServer} from 'ws';
import type {ChaserLiveView} from '../../src/index.js';
import {GREY_JPEG} from '../support/grey-jpeg.js';
import {launchBrowser} from '../support/launch-browser.js';
import {noteWorkers, workersAnswered} from '../support/worker-answers.js';

const SCRIPTS = ['chaser-live-view.js', 'chaser-live-view.iife.js'] as const;
type Script = (typeof SCRIPTS)[number];

/** The configuration of a page's site. */
interface Site {
  readonly script?: Script;
  /** The page's policy, in a header. */
  readonly policy?: string;
  /** Answers the request for the worker's script. */
  readonly worker?: (response: ServerResponse, code: string) => void;
  /** The origin of the script. */
  readonly scriptOrigin?: string;
  /** The attributes of the element in the page. */
  readonly attributes?: string;
}

let browser: Browser;
const servers: Server[] = [];

test.beforeAll(async () => {
  browser = await launchBrowser();
});

test.afterAll(async () => {
  await browser.close();
});

test.afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The state of a view whose server sends a picture. */
interface Outcome {
  readonly thread: string;
  readonly states: string[];
  readonly sockets: number;
  /** Messages on the console, exceptions, and reports to the page. */
  readonly complaints: string[];
  readonly workerRequests: number;
  /** The time from setting the address to the picture. */
  readonly tookMs: number;
}

interface Served {
  readonly origin: string;
  readonly sockets: () => number;
  readonly workerRequests: () => number;
  /** The page's own report. */
  readonly report: Promise<string>;
}

async function serve(site: Site): Promise<Served> {
  let sockets = 0;
  let workerRequests = 0;
  let reportArrived: (text: string) => void;
  const report = new Promise<string>((resolve) => {
    reportArrived = resolve;
  });
  const server = createServer((request, response) => {
    const {url = '/'} = request;
    response.setHeader('access-control-allow-origin', '*');
    if (site.policy) response.setHeader('content-security-policy', site.policy);
    const name = url.slice(1);
    if (name === 'empty') return response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,"><script type="module" src="/chaser-live-view.js"></script>');
    if (name === 'away') return response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,"><script>addEventListener("load", () => setTimeout(() => history.back()))</script>');
    if (name === 'report') void text(request).then(reportArrived);
    if (name === '') return response.setHeader('content-type', 'text/html').end(pageOf(site));
    if (name === 'page.js') return response.setHeader('content-type', 'text/javascript').end(PAGE_SCRIPT);
    response.setHeader('content-type', 'text/javascript');
    const isWorker = name === 'worker.js';
    if (isWorker) workerRequests++;
    if (isWorker && site.worker) return site.worker(response, built(name));
    if (isWorker || SCRIPTS.some((script) => script === name)) return response.end(built(name));
    return response.writeHead(204).end();
  });
  servers.push(server);
  new WebSocketServer({server}).on('connection', (socket) => {
    sockets++;
    socket.send(GREY_JPEG);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  return {origin: `http://127.0.0.1:${port}`, sockets: () => sockets, workerRequests: () => workerRequests, report};
}

const PAGE_SCRIPT = `
  window.complaints = [];
  document.addEventListener('securitypolicyviolation', ({violatedDirective}) => complaints.push(violatedDirective));
`;

function pageOf({script = 'chaser-live-view.js', scriptOrigin = '', attributes = ''}: Site): string {
  const kind = script.includes('iife') ? '' : 'type="module"';
  return `<!doctype html><link rel="icon" href="data:,"><script src="/page.js"></script><script ${kind} src="${scriptOrigin}/${script}"></script><chaser-live-view ${attributes}></chaser-live-view>`;
}

function built(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url)), 'utf8');
}

/** Connects a view once the worker has answered, if the test expects that, because a view waits for the worker for only 100 ms. */
async function look(site: Site, isWorkerAwaited = false): Promise<Outcome> {
  const {origin, sockets, workerRequests} = await serve(site);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', ({message}) => complaints.push(message));
  if (isWorkerAwaited) await noteWorkers(page);
  await page.goto(origin);
  if (isWorkerAwaited) await workersAnswered(page);
  const seen = await goLive(page, `${origin.replace('http', 'ws')}/preview`);
  complaints.push(...await page.evaluate(() => Reflect.get(window, 'complaints')));
  await page.close();
  return {...seen, complaints, sockets: sockets(), workerRequests: workerRequests()};
}

function goLive(page: Page, src: string): Promise<Pick<Outcome, 'thread' | 'states' | 'tookMs'>> {
  return page.locator('chaser-live-view').evaluate(async (view: ChaserLiveView, src) => {
    await customElements.whenDefined('chaser-live-view');
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    const startMs = performance.now();
    const seen = new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
    view.src = src;
    await seen;
    return {thread: view.getStats().thread, states, tookMs: performance.now() - startMs};
  }, src);
}

for (const script of SCRIPTS) {
  test(`${script} paints in the worker beside it, also under a strict policy`, async () => {
    for (const policy of ['', 'default-src \'self\'; connect-src \'self\'; img-src data:']) {
      const outcome = await look({script, policy}, true);
      expect(outcome).toMatchObject({thread: 'worker', states: ['connecting', 'live'], sockets: 1, complaints: [], workerRequests: 1});
    }
  });

  test(`${script} of another origin paints on the page, and does not even try`, async () => {
    const {origin} = await serve({script});
    const outcome = await look({script, scriptOrigin: origin});
    expect(outcome).toMatchObject({thread: 'page', states: ['connecting', 'live'], sockets: 1, complaints: [], workerRequests: 0});
  });
}

const NO_WORKER: readonly [why: string, site: Site, complaints: RegExp][] = [
  ['is not there', {worker: (response) => response.writeHead(404).end()}, /404/],
  ['is of another build', {worker: (response, code) => response.end(code.replace(/\[0,"[\w-]{8}"\]/, '[0,"another1"]'))}, /^$/],
  ['can\'t be read', {worker: (response) => response.end('this is no JavaScript')}, /^$/],
  ['throws as it starts', {worker: (response) => response.end('throw new Error("no")')}, /no/],
  ['says nothing', {worker: (response) => response.end('')}, /^$/],
  ['never comes', {worker: () => {}}, /^$/],
  ['is no script', {worker: (response) => response.setHeader('content-type', 'text/html').end('<!doctype html>')}, /MIME|^$/],
  ['is forbidden by the page', {policy: 'default-src \'self\'; connect-src \'self\'; img-src data:; worker-src \'none\''}, /worker-src|Content Security Policy/],
  ['may open no socket itself', {worker: (response, code) => response.setHeader('content-security-policy', 'connect-src \'none\'').end(code)}, /Content Security Policy|connect-src/],
];

for (const [why, site, expected] of NO_WORKER) {
  test(`a worker that ${why}: the same picture, on the page`, async () => {
    const {thread, states, sockets, complaints} = await look(site);
    expect({thread, sockets}).toEqual({thread: 'page', sockets: 1});
    expect(states.at(-1)).toBe('live');
    if (!why.includes('socket')) expect(states).toEqual(['connecting', 'live']);
    // The browser's own word, where it has one; none of the element's.
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
}

test('thread="page" makes no attempt, under a policy that would report it', async () => {
  const outcome = await look({policy: 'default-src \'self\'; connect-src \'self\'; img-src data:; worker-src \'none\'', attributes: 'thread="page"'});
  expect(outcome).toMatchObject({thread: 'page', sockets: 1, complaints: [], workerRequests: 0});
});

test('a page without a view starts the worker, ready for the first one', async () => {
  const {origin, workerRequests} = await serve({});
  const page = await browser.newPage();
  await page.goto(`${origin}/empty`);
  await expect.poll(workerRequests).toBe(1);
  await page.close();
});

test('a worker that throws in mid-stream: the view reconnects on the page', async () => {
  const {origin, sockets} = await serve({worker: (response, code) => response.end(`${code};addEventListener('message', ({data}) => {if (data[1]?.[0] === 'snapshot') throw new Error('gone');});`)});
  const page = await browser.newPage();
  await noteWorkers(page);
  await page.goto(origin);
  await workersAnswered(page);
  expect((await goLive(page, `${origin.replace('http', 'ws')}/preview`)).thread).toBe('worker');
  const outcome = await page.locator('chaser-live-view').evaluate(async (view: ChaserLiveView) => {
    const log: string[] = [];
    view.addEventListener('statechange', ({state}) => log.push(state));
    view.addEventListener('error', ({error}) => log.push(error.code));
    const seen = new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
    const {size} = await view.snapshot();
    await seen;
    return {log, hasSnapshot: size > 0, thread: view.getStats().thread};
  });
  expect(outcome).toEqual({log: ['reconnecting', 'connection_lost', 'live'], hasSnapshot: true, thread: 'page'});
  expect(sockets()).toBe(2);
  await page.close();
});

test('a page that comes out of the back/forward cache has its picture again, in the worker', async () => {
  // Playwright has it off.
  const caching = await launchBrowser({ignoreDefaultArgs: ['--disable-back-forward-cache']});
  const {origin, sockets, report} = await serve({});
  const page = await caching.newPage();
  await noteWorkers(page);
  await page.goto(origin);
  await workersAnswered(page);
  expect((await goLive(page, `${origin.replace('http', 'ws')}/preview`)).thread).toBe('worker');
  // Playwright does not follow a page into the cache and out of it: the page tells itself.
  await page.evaluate(() => {
    window.addEventListener('pageshow', ({persisted}) => {
      const view = document.querySelector('chaser-live-view');
      view?.addEventListener('frame', () => {
        const {state, stats: {thread, reconnects}} = view;
        void fetch('/report', {method: 'POST', body: JSON.stringify({persisted, state, thread, reconnects})});
      }, {once: true});
    });
    location.href = '/away';
  });
  expect(JSON.parse(await report)).toEqual({persisted: true, state: 'live', thread: 'worker', reconnects: 1});
  expect(sockets()).toBe(2);
  await caching.close();
});

/** In the worker: a graphics process that goes, and what it gives back. */
const LOSES_CANVAS = `
  const {getContext} = OffscreenCanvas.prototype;
  let canvas;
  OffscreenCanvas.prototype.getContext = function (...parameters) {
    canvas = this;
    return getContext.apply(this, parameters);
  };
  new BroadcastChannel('graphics').onmessage = ({data}) => {
    if (data === 'lost') canvas.width = canvas.width;
    else canvas.dispatchEvent(new Event('contextrestored'));
  };
`;

test('a canvas that the graphics process has lost and given back empty has its picture again, though the session is at rest', async () => {
  const {origin} = await serve({worker: (response, code) => response.end(LOSES_CANVAS + code)});
  const page = await browser.newPage();
  await noteWorkers(page);
  await page.goto(origin);
  await workersAnswered(page);
  expect((await goLive(page, `${origin.replace('http', 'ws')}/preview`)).thread).toBe('worker');
  const brightness = () => page.locator('chaser-live-view').evaluate(async (view: ChaserLiveView) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(await createImageBitmap(await view.snapshot()), 0, 0);
    return context?.getImageData(0, 0, 1, 1).data[0];
  });
  const tell = (what: string) => page.evaluate((what) => {
    const channel = new BroadcastChannel('graphics');
    channel.postMessage(what);
  }, what);
  const before = await brightness();
  expect(before).toBeGreaterThan(0);
  await tell('lost');
  await expect.poll(brightness).toBe(0);
  await tell('restored');
  await expect.poll(brightness).toBe(before);
  await page.close();
});
