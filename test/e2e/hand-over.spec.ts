import {spawn} from 'node:child_process';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';
import type {Browser} from 'playwright/test';
import {launchBrowser} from '../support/launch-browser.js';
import {KEY, ServerProcess} from '../support/server-process.js';
import {unpackSnippets} from '../support/snippets.js';

const iife = join(fileURLToPath(new URL('../../', import.meta.url)), 'dist/chaser-live-view.iife.js');

/** What the session visits: it asks for a person, and is content with a trusted click. */
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

for (const library of ['playwright', 'puppeteer']) {
  test(`the recipe for ${library}: the script waits for a person, and goes on by itself`, async () => {
    const folder = unpackSnippets(`demo/docs/recipes/hand-over-${library}.md`);
    const script = spawn(process.execPath, ['hand-over.mjs'], {
      cwd: folder, env: {...process.env, CHASER_API: server.url, CHASER_KEY: KEY, START_URL: siteUrl}, stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    let errors = '';
    script.stderr.on('data', (chunk) => errors += String(chunk));
    const ended = new Promise((resolve) => script.once('exit', resolve));
    const said = (pattern: RegExp) => new Promise<string>((resolve, reject) => {
      script.stdout.on('data', (chunk) => {
        lines.push(String(chunk));
        const found = pattern.exec(lines.join(''))?.[1];
        if (found !== undefined) resolve(found);
      });
      void ended.then(() => reject(new Error(`The script ended: ${errors}`)));
    });
    const id = await said(/A person is needed: (\S+)/);

    const page = await browser.newPage();
    await page.goto(siteUrl.replace('127.0.0.1', 'localhost'));
    await page.setContent('<body style="margin:0"><chaser-live-view style="width:1280px"></chaser-live-view>');
    await page.addScriptTag({path: iife});
    await page.locator('chaser-live-view').evaluate((view: import('../../src/index.js').ChaserLiveView, token) => {
      view.previewToken = token;
    }, await server.mint(id));
    await expect.poll(() => page.locator('chaser-live-view').evaluate((view: import('../../src/index.js').ChaserLiveView) => view.state)).toBe('live');
    await page.mouse.click(200, 150);

    expect(await ended, errors).toBe(0);
    expect(lines.join('')).toContain('Done: Shop');
    await page.close();
    await server.delete(id);
  });
}
