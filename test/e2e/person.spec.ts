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

/** The session's page: a field, and a list of its events. */
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

/** A page to click with each button, with its own context menu and a list of events. */
const MOUSE_PAGE = `<!doctype html><title>Mouse</title>
<style>
  body { margin: 0 }
  #thing { position: absolute; left: 100px; top: 100px; width: 1000px; height: 400px; background: silver }
  #menu { position: absolute }
</style>
<div id="thing"></div><button id="menu" hidden>choose</button>
<script>
  const log = [], path = [];
  for (const type of ['contextmenu', 'auxclick']) thing.addEventListener(type, ({button, isTrusted}) => log.push(type + ' ' + button + ' ' + isTrusted));
  thing.oncontextmenu = (event) => {
    event.preventDefault();
    menu.hidden = false;
    menu.style.left = event.clientX + 'px';
    menu.style.top = event.clientY + 'px';
  };
  menu.onclick = () => {
    menu.hidden = true;
    log.push('chosen');
  };
  onpointermove = (event) => {
    if (event.buttons) path.push(...event.getCoalescedEvents().map(({clientX, clientY}) => [clientX, clientY]));
  };
</script>`;

/** Kinds of text fields, all at the same place. */
const FIELDS_PAGE = `<!doctype html><title>Fields</title>
<style>body { margin: 0 } body > * { position: absolute; left: 100px; width: 400px; height: 40px; font: 20px serif }</style>
<textarea style="top: 100px"></textarea><input style="top: 200px"><div contenteditable style="top: 300px"></div>
<script>
  const texts = () => [...document.body.children].slice(0, 3).map((field) => field.value ?? field.textContent);
</script>`;

/** Corrections of input methods: Thai, Hindi, Arabic, Hebrew, Bengali, Latin with marks, emoji. */
const CORRECTIONS = [
  ['น้ำ', 'นาม'], ['กำลัง', 'กำลังใจ'], ['นมัสเต้', 'นม'], ['नमस्ते', 'नमस्कार'], ['पक्षि', 'पक्षी'], ['مُحَمَّد', 'محمد'], ['محمد', 'مُحَمَّد'],
  ['שָׁלוֹם', 'שלום'], ['ক্ষুদ্র', 'ক্ষমা'], ['e\u0301te\u0301', 'été'], ['👍🏽👩‍👩‍👧', '👍🏿👩‍👧'], ['🇩🇪🇫🇷', '🇩🇪🇫🇮'],
] as const;

test.describe('a person types and points, with a whole session behind the picture', () => {
  let server: ServerProcess;
  let site: TestSite;
  let browser: Browser;
  let person: Page;
  let session: Driver;

  test.beforeAll(async () => {
    [server, browser, site] = await Promise.all([ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(), startSite({'/': PAGE, '/mouse': MOUSE_PAGE, '/fields': FIELDS_PAGE, '/person': '<!doctype html><body style="margin:0">'})]);
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

  test('types in any script, and no key stays pressed', async () => {
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

  test('has on their clipboard what the page copies for them, and what they had where nothing is copied', async () => {
    await person.evaluate(() => navigator.clipboard.writeText('their own'));
    await session.evaluate(`{
      field.value = '';
      document.body.insertAdjacentHTML('beforeend', '<button style="position: absolute; left: 600px; top: 100px; width: 100px; height: 40px">Copy</button>');
      document.querySelector('button').onclick = () => {
        const copied = new ClipboardItem({'text/plain': 'the page\\'s', 'text/html': new Blob(['<i>the page\\'s</i>'], {type: 'text/html'})});
        void navigator.clipboard.write([copied]);
      };
    }`);
    await person.keyboard.press('Control+C');
    await person.keyboard.press('Control+X');
    await person.keyboard.press('Control+V');
    await until('their own');
    expect(await person.evaluate(() => navigator.clipboard.readText())).toBe('their own');
    await person.mouse.click(650, 120);
    await expect.poll(() => person.evaluate(() => navigator.clipboard.readText())).toBe('the page\'s');
    expect(await person.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await item?.getType('text/html'))?.text();
    })).toContain('<i>the page\'s</i>');
  });

  test('with an input method: shown as it is composed, committed once', async () => {
    const ime = await person.context().newCDPSession(person);
    await ime.send('Input.imeSetComposition', {text: 'かんじ', selectionStart: 3, selectionEnd: 3});
    await until('かんじ');
    await ime.send('Input.insertText', {text: '漢字'});
    await until('漢字');
    expect(await session.evaluate('log.filter((line) => line.startsWith("composition")).map((line) => line.split(" ")[0]).join()')).toBe('compositionstart,compositionend');
  });

  for (const [index, name, y] of [[0, 'textarea', 120], [1, 'input', 220], [2, 'contenteditable', 320]] as const) {
    test(`corrected by an input method in any script: a session's ${name} has what the person's field has`, async () => {
      await session.goto(`${site.origin}/fields`);
      const view = person.locator('chaser-live-view');
      const written = () => view.evaluate(({shadowRoot}) => shadowRoot?.querySelector('textarea')?.value.replaceAll('\u200b', ''));
      const same = async (text: string) => {
        await session.until(`texts()[${index}] === ${JSON.stringify(text)}`);
        expect(await written()).toBe(text);
      };
      const ime = await person.context().newCDPSession(person);
      await person.mouse.click(300, y);
      // Waits for the `focus` message of the field, at which the person's hidden field starts anew.
      await expect.poll(() => view.evaluate(({shadowRoot}) => shadowRoot?.querySelector('textarea')?.inputMode)).toBe('text');
      let before = '';
      for (const [wrong, right] of CORRECTIONS) {
        const start = 1 + before.length;
        await ime.send('Input.insertText', {text: wrong});
        // The word is composed again, changed and committed, and then deleted without a composition.
        await ime.send('Input.imeSetComposition', {
          text: wrong, selectionStart: wrong.length, selectionEnd: wrong.length, replacementStart: start, replacementEnd: start + wrong.length,
        });
        await ime.send('Input.imeSetComposition', {text: right, selectionStart: right.length, selectionEnd: right.length});
        await ime.send('Input.insertText', {text: right});
        await same(before + right);
        await view.evaluate(({shadowRoot}, [from, to]) => shadowRoot?.querySelector('textarea')?.setSelectionRange(from, to), [start, start + right.length] as const);
        await ime.send('Input.insertText', {text: `${wrong}-`});
        before += `${wrong}-`;
      }
      await same(before);
    });
  }

  test('sends text and keys from code', async () => {
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

  test('right-clicks for a menu that the page draws itself, and middle-clicks; nothing of it is the page\'s around', async () => {
    await session.goto(`${site.origin}/mouse`);
    await person.evaluate(() => {
      const own: string[] = [];
      Object.assign(window, {own});
      for (const type of ['contextmenu', 'auxclick']) window.addEventListener(type, (event) => event.defaultPrevented || own.push(type));
    });
    await person.mouse.click(400, 300, {button: 'right'});
    await session.until('!menu.hidden && menu.getBoundingClientRect().left === 400');
    await person.mouse.click(410, 310);
    await session.until('log.includes("chosen") && menu.hidden');
    await person.mouse.click(500, 400, {button: 'middle'});
    await session.until('log.includes("auxclick 1 true")');
    expect(await session.evaluate('log')).toEqual(['contextmenu 2 true', 'chosen', 'auxclick 1 true']);
    expect(await person.evaluate(() => Object.getOwnPropertyDescriptor(window, 'own')?.value)).toEqual([]);
  });

  test('goes back and forward by the mouse\'s own buttons, in the session alone', async () => {
    await session.goto(`${site.origin}/mouse`);
    const mouse = await person.context().newCDPSession(person);
    const click = async (button: 'back' | 'forward') => {
      for (const type of ['mousePressed', 'mouseReleased'] as const) await mouse.send('Input.dispatchMouseEvent', {type, x: 700, y: 500, button, clickCount: 1});
    };
    const place = () => session.evaluate('location.pathname').catch(() => '');
    await click('back');
    await expect.poll(place, {timeout: 30_000}).toBe('/');
    await click('forward');
    await expect.poll(place, {timeout: 30_000}).toBe('/mouse');
    expect(new URL(person.url()).pathname).toBe('/person');
  });

  test('drags along 500 points, as fast as a mouse of 1 kHz: each is in the page\'s coalesced events, in order', async () => {
    await session.goto(`${site.origin}/mouse`);
    const mouse = await person.context().newCDPSession(person);
    const points = Array.from({length: 500}, (_, index) => [200 + index, 300 + Math.round(50 * Math.sin(index / 25))] as const);
    const [[firstX, firstY] = [0, 0], [lastX, lastY] = [0, 0]] = [points[0], points.at(-1)];
    await Promise.all([
      mouse.send('Input.dispatchMouseEvent', {type: 'mousePressed', x: firstX, y: firstY, button: 'left', clickCount: 1}),
      ...points.map(([x, y]) => mouse.send('Input.dispatchMouseEvent', {type: 'mouseMoved', x, y, button: 'left', buttons: 1})),
      mouse.send('Input.dispatchMouseEvent', {type: 'mouseReleased', x: lastX, y: lastY, button: 'left', clickCount: 1}),
    ]);
    await session.until(`path.at(-1)?.[0] === ${lastX}`);
    expect(await session.evaluate('path')).toEqual(points);
  });

  test('gets the keyboard back', async () => {
    await person.keyboard.press('Control+Alt+Shift');
    expect(await person.evaluate(() => document.activeElement?.localName)).toBe('button');
    await session.until('down.size === 0 && log.length === 6');
    expect(await session.evaluate('field.value')).toBe('');
  });
});
