import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';
import type {Browser, Page} from 'playwright/test';
import type {ChaserLiveView} from '../../src/index.js';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';
import type {TestSite} from '../support/test-site.js';

const iife = join(fileURLToPath(new URL('../../', import.meta.url)), 'dist/chaser-live-view.iife.js');

/** What the session visits: a field, and a list of what happens to it. */
const PAGE = `<!doctype html><title>Field</title>
<style>body { margin: 0 } textarea { position: absolute; left: 100px; top: 100px; width: 400px; height: 100px }</style>
<textarea autofocus></textarea>
<script>
  const field = document.querySelector('textarea');
  const log = [], down = new Set();
  for (const type of ['keydown', 'keyup', 'compositionstart', 'compositionend']) field.addEventListener(type, (event) => {
    if (type === 'keydown') down.add(event.code);
    if (type === 'keyup') down.delete(event.code);
    log.push(type + ' ' + (event.key ?? event.data) + ' ' + event.isTrusted);
  });
</script>`;

test.describe('a person types, with a whole session behind the picture', () => {
  let server: ServerProcess;
  let site: TestSite;
  let browser: Browser;
  let person: Page;
  let session: Driver;

  test.beforeAll(async () => {
    [server, browser, site] = await Promise.all([ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(), startSite({'/': PAGE, '/person': '<!doctype html><body style="margin:0">'})]);
    const {id, cdpUrl} = await server.session();
    session = await Driver.open(cdpUrl);
    person = await (await browser.newContext({viewport: {width: 1280, height: 800}, permissions: ['clipboard-read', 'clipboard-write']})).newPage();
    await person.goto(`${site.origin}/person`);
    await person.addScriptTag({path: iife});
    await person.evaluate((token) => {
      const view = document.createElement('chaser-live-view');
      view.style.width = '1280px';
      document.body.append(view, document.createElement('button'));
      view.previewToken = token;
    }, await server.mint(id));
    await expect.poll(() => person.locator('chaser-live-view').evaluate((view: ChaserLiveView) => view.state)).toBe('live');
  });

  test.beforeEach(async () => {
    await session.goto(`${site.origin}/`);
    await person.mouse.click(300, 150);
  });

  test.afterAll(async () => {
    session?.close();
    await browser?.close();
    await Promise.all([server?.stop(), site?.close()]);
  });

  const until = (text: string) => session.until(`field.value === ${JSON.stringify(text)}`);

  test('in any script, and nothing stays pressed', async () => {
    await person.keyboard.type('Grüße, 世界 🙂 @€');
    await until('Grüße, 世界 🙂 @€');
    await person.keyboard.press('Shift+ArrowLeft');
    await person.keyboard.press('Backspace');
    await person.keyboard.press('Enter');
    await until('Grüße, 世界 🙂 @\n');
    await person.keyboard.down('Shift');
    await person.keyboard.down('a');
    await session.until('down.size === 2');
    await person.locator('button').focus();
    await session.until('down.size === 0');
    await person.keyboard.up('a');
    await person.keyboard.up('Shift');
    expect(await session.evaluate('log.every((line) => line.endsWith("true"))')).toBe(true);
  });

  test('copies, cuts and pastes between their own clipboard and the session', async () => {
    await person.keyboard.type('Zwiebel');
    await person.keyboard.press('Control+A');
    await person.keyboard.press('Control+C');
    await expect.poll(() => person.evaluate(() => navigator.clipboard.readText())).toBe('Zwiebel');
    await person.keyboard.press('ArrowRight');
    await person.keyboard.press('Control+V');
    await until('ZwiebelZwiebel');
    await person.evaluate(() => navigator.clipboard.writeText('Lauch 🧅'));
    await person.keyboard.press('Control+A');
    await person.keyboard.press('Control+X');
    await until('');
    await expect.poll(() => person.evaluate(() => navigator.clipboard.readText())).toBe('ZwiebelZwiebel');
  });

  test('with an input method: shown as it is composed, committed once', async () => {
    const ime = await person.context().newCDPSession(person);
    await ime.send('Input.imeSetComposition', {text: 'かんじ', selectionStart: 3, selectionEnd: 3});
    await until('かんじ');
    await ime.send('Input.insertText', {text: '漢字'});
    await until('漢字');
    expect(await session.evaluate('log.filter((line) => line.startsWith("composition")).map((line) => line.split(" ")[0]).join()')).toBe('compositionstart,compositionend');
  });

  test('by code: text and keys', async () => {
    await person.locator('chaser-live-view').evaluate((view: ChaserLiveView) => {
      view.sendText('eins\nzwei');
      view.pressKey('Control+A');
      view.pressKey('Delete');
      view.sendText('drei');
      view.pressKey('Shift+Home');
      view.pressKey('!');
    });
    await until('!');
  });

  test('and gets their keyboard back', async () => {
    await person.keyboard.press('Control+Alt+Shift');
    expect(await person.evaluate(() => document.activeElement?.localName)).toBe('button');
    await session.until('down.size === 0 && log.length === 6');
    expect(await session.evaluate('field.value')).toBe('');
  });
});
