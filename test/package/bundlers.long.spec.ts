/**
 * The packed tarball in each bundler: whether the bundler includes the worker by itself, and that a page works without the worker if
 * not. Installing all bundlers takes minutes.
 */
import {execFile} from 'node:child_process';
import {cp, mkdtemp, readFile, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {extname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, test} from 'playwright/test';
import type {Browser} from 'playwright/test';
import {WebSocketServer} from 'ws';
import type {ChaserLiveView} from '../../src/index.js';
import {GREY_JPEG} from '../support/grey-jpeg.js';
import {launchBrowser} from '../support/launch-browser.js';
import {noteWorkers, workersAnswered} from '../support/worker-answers.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {'.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript'};

let app: string;
let browser: Browser;
let origin: string;
const pages = createServer((request, response) => void answer(request.url ?? '/', response));
const previews = new WebSocketServer({server: pages});

test.beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'chaser-bundlers-'));
  await cp(fileURLToPath(new URL('bundlers', import.meta.url)), app, {recursive: true});
  const {stdout} = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], {cwd: root});
  const [{filename}] = JSON.parse(stdout);
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(app, filename)], {cwd: app});
  browser = await launchBrowser();
  previews.on('connection', (preview) => preview.send(GREY_JPEG));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const {port} = pages.address() as AddressInfo;
  origin = `127.0.0.1:${port}`;
});

test.afterAll(async () => {
  await browser?.close();
  for (const client of previews.clients) client.terminate();
  pages.close();
  await rm(app, {recursive: true, force: true});
});

interface Bundler {
  readonly name: string;
  readonly command: readonly string[];
  /** Where the bundled page paints frames. */
  readonly thread: 'worker' | 'page';
  /** The bundled script. Undefined if the bundler also builds the page. */
  readonly script?: string;
  /** Whether the script is a classic one. */
  readonly isClassic?: boolean;
}

const BUNDLERS: readonly Bundler[] = [
  {name: 'vite', command: ['vite', 'build', '--base', './', '--outDir', 'built/vite'], thread: 'worker'},
  {name: 'webpack', command: ['webpack', '--mode', 'production', '--entry', './main.js', '--output-path', 'built/webpack'], thread: 'worker', script: 'main.js', isClassic: true},
  {name: 'rspack', command: ['rspack', 'build', '--mode', 'production', '--entry', './main.js', '--output-path', 'built/rspack'], thread: 'worker', script: 'main.js', isClassic: true},
  {name: 'parcel', command: ['parcel', 'build', 'index.html', '--no-cache', '--public-url', './', '--dist-dir', 'built/parcel'], thread: 'worker'},
  {name: 'turbopack', command: ['next', 'build', '--turbopack'], thread: 'worker'},
  {name: 'rollup', command: ['rollup', 'main.js', '-p', '@rollup/plugin-node-resolve', '-d', 'built/rollup'], thread: 'page', script: 'main.js'},
  {name: 'esbuild', command: ['esbuild', 'main.js', '--bundle', '--format=esm', '--outdir=built/esbuild'], thread: 'page', script: 'main.js'},
  {name: 'esbuild-iife', command: ['esbuild', 'main.js', '--bundle', '--format=iife', '--outdir=built/esbuild-iife'], thread: 'page', script: 'main.js', isClassic: true},
];

for (const {name, command, thread} of BUNDLERS) {
  test(`${name}: a picture, painted ${thread === 'worker' ? 'in the worker' : 'on the page'}`, async () => {
    await run('npx', ['--no-install', ...command], {cwd: app});
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await noteWorkers(page);
    await page.goto(`http://${origin}/built/${name}/index.html`);
    await workersAnswered(page);
    const seen = await page.locator('chaser-live-view').evaluate(async (view: ChaserLiveView, src) => {
      const isPainted = new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
      view.src = src;
      await isPainted;
      return {thread: view.getStats().thread, state: view.state, hasSnapshot: (await view.snapshot()).size > 0};
    }, `ws://${origin}/preview`);
    expect(seen).toEqual({thread, state: 'live', hasSnapshot: true});
    expect(errors).toEqual([]);
    await page.close();
  });
}

async function answer(url: string, response: import('node:http').ServerResponse): Promise<void> {
  const {pathname} = new URL(url, 'http://localhost');
  const {script, isClassic} = BUNDLERS.find(({name}) => pathname === `/built/${name}/index.html`) ?? {};
  try {
    const body = script
      ? `<!doctype html><link rel="icon" href="data:,"><body><script ${isClassic ? 'defer' : 'type="module"'} src="${script}"></script>`
      : await readFile(join(app, pathname));
    response.writeHead(200, {'content-type': CONTENT_TYPES[extname(pathname)] ?? 'application/octet-stream'}).end(body);
  } catch {
    response.writeHead(404).end();
  }
}
