import {readFileSync} from 'node:fs';
import {type ServerResponse, createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import type {Browser, CDPSession, LaunchOptions, Page} from 'playwright';
import {WebSocketServer} from 'ws';
import {launchBrowser} from '../support/launch-browser.js';
import {type FeederName, type Source, Stock, feed} from './feeders.js';
import type {FrameSet} from './frames.js';
import {privateBytesOf} from './processes.js';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What the main thread of a page and its memory have come to; processor time, so that who else is on the machine counts little. */
export interface PageMetrics {
  readonly taskMs: number;
  readonly heapBytes: number;
  /** Of the page's whole process, but for what it shares with others: code, pictures, what they were decoded into. */
  readonly processBytes: number;
}

/** A page with one viewer in it. */
export class PlayerPage {
  readonly page: Page;
  readonly #cdp: CDPSession;
  readonly #browserCdp: CDPSession;

  constructor(page: Page, cdp: CDPSession, browserCdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
    this.#browserCdp = browserCdp;
  }

  /** Frames that the player is done with, and those of them that an animation frame found there: only they can be seen. */
  counts(): Promise<{painted: number; shown: number}> {
    return this.page.evaluate(() => ({painted: window.player.painted, shown: window.shown}));
  }

  async metrics(isAfterCollection = false): Promise<PageMetrics> {
    if (isAfterCollection) await this.#cdp.send('HeapProfiler.collectGarbage');
    const {metrics} = await this.#cdp.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    return {taskMs: value('TaskDuration') * 1000, heapBytes: value('JSHeapUsedSize'), processBytes: privateBytesOf(await this.#pid())};
  }

  /** The page's process. Beside it there is one that Chromium keeps for the next page, and that has done nothing yet. */
  async #pid(): Promise<number | undefined> {
    const {processInfo} = await this.#browserCdp.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({type}) => type === 'renderer').toSorted((a, b) => b.cpuTime - a.cpuTime)[0]?.id;
  }

  async close(): Promise<void> {
    await this.#browserCdp.detach();
    await this.page.close();
  }
}

/** The browser, the pages' server and the feeders that a bench is played on. */
export class Stage {
  readonly browser: Browser;
  readonly address: string;
  readonly #bundles = new Map<string, string>();
  readonly #server;
  readonly #sockets: WebSocketServer;
  /** A script that is added to the worker's. */
  workerMeter = '';
  #frames: FrameSet | undefined;
  #source: Source | undefined;

  static async open(options: LaunchOptions = {}): Promise<Stage> {
    const browser = await launchBrowser(options);
    const stage = new Stage(browser);
    await new Promise<void>((resolve) => stage.#server.listen(0, '127.0.0.1', resolve));
    (stage as {address: string}).address = `127.0.0.1:${(stage.#server.address() as AddressInfo).port}`;
    return stage;
  }

  private constructor(browser: Browser) {
    this.browser = browser;
    this.address = '';
    this.#server = createServer(({url = '/'}, response) => void this.#answer(url, response));
    this.#sockets = new WebSocketServer({server: this.#server, perMessageDeflate: false, handleProtocols: (protocols) => [...protocols][0] ?? false});
    this.#sockets.on('connection', (socket, {url = ''}) => {
      const name = url.split('/').at(-1)?.split('?')[0]?.replace('element-page', 'element');
      if (this.#source && isFeederName(name)) feed(name, socket, this.#source);
    });
  }

  /** A new page with the module of this name in it. */
  async page(name: string): Promise<Page> {
    const page = await this.browser.newPage({viewport: {width: 1400, height: 900}});
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
    await page.goto(`http://${this.address}/page/${name}`);
    return page;
  }

  /** Opens a page with a player (a file of `players/`) in it, and starts it on these frames. */
  async play(name: string, frames: FrameSet, source: Source = new Stock(frames), address = this.address): Promise<PlayerPage> {
    this.#frames = frames;
    this.#source = source;
    const page = await this.page(name);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
    await page.waitForFunction(() => window.player !== undefined);
    await page.evaluate((url) => window.player.start(url), name === 'bare' ? `http://${address}/frames` : `ws://${address}/${name}`);
    return new PlayerPage(page, cdp, await this.browser.newBrowserCDPSession());
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.close();
  }

  /** A player's code as a browser gets it, minified. */
  async bundle(name: string): Promise<string> {
    const found = this.#bundles.get(name);
    if (found !== undefined) return found;
    const {outputFiles: [file]} = await build({
      entryPoints: [join(folder, 'players', `${name}.ts`)], bundle: true, write: false, format: 'esm', minify: true, target: 'es2022',
      tsconfig: join(folder, '../../src/tsconfig.json'), logLevel: 'error',
    });
    const code = file?.text ?? '';
    this.#bundles.set(name, code);
    return code;
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    const [, kind, name = ''] = url.split('/');
    // A page by itself has clocks of five microseconds; any other, of a hundred.
    response.setHeader('cross-origin-opener-policy', 'same-origin').setHeader('cross-origin-embedder-policy', 'require-corp');
    if (kind === 'page') {
      response.setHeader('content-type', 'text/html').end(`<!doctype html><meta charset="utf-8"><style>body{margin:0}</style><body><script type="module" src="/player/${name}"></script>`);
    } else if (name === 'worker.js') {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(join(folder, '../../dist/worker.js'), 'utf8') + this.workerMeter);
    } else if (kind === 'player') {
      response.setHeader('content-type', 'text/javascript').end(await this.bundle(name));
    } else if (kind === 'frames') {
      for (const jpeg of this.#frames?.jpegs ?? []) {
        const head = Buffer.alloc(4);
        head.writeUInt32BE(jpeg.length);
        response.write(Buffer.concat([head, jpeg]));
      }
      response.end();
    } else if (kind === 'dist') {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(join(folder, '../../dist', name)));
    } else response.writeHead(404).end();
  }
}

function isFeederName(name: string | undefined): name is FeederName {
  return name === 'element' || name === 'bare-socket' || name === 'base64' || name === 'novnc' || name === 'guacamole';
}
