import {execFile} from 'node:child_process';
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {extname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {expect, test} from 'playwright/test';
import type {Browser} from 'playwright/test';
import {WebSocketServer} from 'ws';
import type {ChaserLiveView} from '../../src/index.js';
import {GREY_JPEG} from '../support/grey-jpeg.js';
import {launchBrowser} from '../support/launch-browser.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const CONTENT_TYPES: Readonly<Record<string, string>> = {'.html': 'text/html', '.js': 'text/javascript'};

let consumers: string;
let browser: Browser;
let origin: string;
const pages = createServer((request, response) => void answer(request.url ?? '/', response));
const previews = new WebSocketServer({noServer: true});

/** The apps. Each is a project of its own with the packed tarball, like a user's. */
test.beforeAll(async () => {
  test.setTimeout(300_000);
  consumers = await mkdtemp(join(tmpdir(), 'chaser-consumers-'));
  await cp(fileURLToPath(new URL('consumers', import.meta.url)), consumers, {recursive: true});
  const {stdout} = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', consumers], {cwd: root});
  const [{filename}] = JSON.parse(stdout);
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(consumers, filename)], {cwd: consumers});
  browser = await launchBrowser();
  pages.on('upgrade', (request, socket, head) => previews.handleUpgrade(request, socket, head, (preview) => preview.send(GREY_JPEG)));
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const {port} = pages.address() as AddressInfo;
  origin = `127.0.0.1:${port}`;
});

test.afterAll(async () => {
  await browser?.close();
  for (const client of previews.clients) client.terminate();
  pages.close();
  await rm(consumers, {recursive: true, force: true});
});

interface Consumer {
  readonly name: string;
  readonly label: string;
  /** The command that checks the types. */
  readonly types?: readonly string[];
}

const CONSUMERS: readonly Consumer[] = [
  {name: 'html', label: 'From HTML'},
  {name: 'react', label: 'From React', types: ['tsc', '-p', 'react']},
  {name: 'vue', label: 'From Vue', types: ['vue-tsc', '-p', 'vue']},
  {name: 'svelte', label: 'From Svelte', types: ['svelte-check', '--workspace', 'svelte', '--tsconfig', './tsconfig.json', '--fail-on-warnings']},
  {name: 'angular', label: 'From Angular', types: ['ngc', '-p', 'angular']},
  {name: 'ssr', label: 'From the server', types: ['tsc', '-p', 'ssr']},
];

for (const {name, label, types} of CONSUMERS) {
  if (types) {
    test(`the types fit in ${name}`, async () => {
      await tool(types);
    });
  }

  test(`works in ${name}: attributes, properties, events, and gone when it is taken away`, async () => {
    await build(name);
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(`http://${origin}/${name === 'html' ? 'html' : `${name}/built`}/index.html?url=${encodeURIComponent(`ws://${origin}/preview`)}`);
    // A server-rendered view connects before React has added its listener.
    await expect(page.locator('body')).toHaveAttribute('data-states', name === 'ssr' ? /^(?:connecting )?live$/ : 'connecting live');
    const view = page.locator('chaser-live-view');
    expect(await view.evaluate((element: ChaserLiveView) => [element.label, element.fit, element.readOnly, element.state]))
      .toEqual([label, 'cover', true, 'live']);
    if (name === 'ssr') expect(await view.evaluate((element: ChaserLiveView) => element.tokenEndpoint), 'though it was there before the element').toBe('/preview-token');
    const gone = new Promise((resolve) => {
      for (const client of previews.clients) client.once('close', resolve);
    });
    await page.getByRole('button', {name: 'Close', exact: true}).click();
    await expect(view).toHaveCount(0);
    await gone;
    expect(errors).toEqual([]);
    await page.close();
  });
}

test('the types are found by the classic way of looking, in each entry that has some', async () => {
  await tool(['tsc', '-p', 'classic']);
  const {exports, typesVersions} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const typed = Object.keys(exports).filter((entry) => exports[entry].types && entry !== '.' && !entry.endsWith('.js'));
  expect(Object.fromEntries(Object.entries(typesVersions['*']).map(([entry, files]) => [`./${entry}`, files])))
    .toEqual(Object.fromEntries(typed.map((entry) => [entry, [exports[entry].types]])));
});

test("a host page's unit tests run without a browser", async () => {
  await tool(['vitest', 'run', '--root', 'jsdom', '--environment', 'jsdom']);
});

/** Runs a tool of the consumers' own, without npx: that takes most of a second to find it. */
async function tool([name = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  await run(join(consumers, 'node_modules/.bin', name), args, {cwd: consumers, env: {...process.env, ...env}});
}

async function build(name: string): Promise<void> {
  if (name === 'html') return;
  await tool(['vite', 'build'], {CONSUMER: name});
  if (name !== 'ssr') return;
  await tool(['vite', 'build', '--ssr', 'server.tsx', '--outDir', 'server'], {CONSUMER: name});
  const {html}: {html: string} = await import(pathToFileURL(join(consumers, 'ssr/server/server.js')).href);
  expect(html).toContain('<chaser-live-view');
  const file = join(consumers, 'ssr/built/index.html');
  await writeFile(file, (await readFile(file, 'utf8')).replace('<!--app-->', html));
}

async function answer(url: string, response: import('node:http').ServerResponse): Promise<void> {
  const {pathname} = new URL(url, 'http://localhost');
  try {
    const body = await readFile(join(consumers, pathname));
    response.writeHead(200, {'content-type': CONTENT_TYPES[extname(pathname)] ?? 'application/octet-stream'}).end(body);
  } catch {
    response.writeHead(404).end();
  }
}
