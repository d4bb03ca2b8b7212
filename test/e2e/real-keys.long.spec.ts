/** Real keys by X11 in windows of Chromium and Firefox, because automation does not use layouts and input methods. */
import {readFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';
import {type KeyMessage, parsePlayerMessage, type PlayerMessage} from 'chaser-live-view/protocol';
import {WebSocketServer} from 'ws';
import {GREY_JPEG} from '../support/grey-jpeg.js';
import {News} from '../support/news.js';
import {PLACES, X11Desktop} from '../support/x11-desktop.js';

const ALT = 1;
const CONTROL = 2;
const messages: PlayerMessage[] = [];
const news = new News(() => JSON.stringify(messages));
let server: Server;
let url: string;

test.beforeAll(async () => {
  const script = readFileSync(fileURLToPath(new URL('../../dist/chaser-live-view.iife.js', import.meta.url)));
  server = createServer((request, response) => {
    if (request.url === '/view.js') return response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
    return response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>view</title><link rel="icon" href="data:,">
      <style>body {margin: 0} chaser-live-view {position: fixed; inset: 0; width: 100vw}</style><script src="/view.js"></script>
      <chaser-live-view src="ws://${request.headers.host}/preview" fit="fill"></chaser-live-view>`);
  });
  new WebSocketServer({server}).on('connection', (socket) => {
    socket.send(GREY_JPEG);
    socket.on('message', (data: Buffer) => {
      const parsed = parsePlayerMessage(data.toString());
      if (parsed.kind === 'message') messages.push(parsed.message);
      news.tell();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

test.afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The typed text. If a frame comes between a key and its input event, the element sends the key first, and then the text. */
const typed = () => messages.map((message) => message.type === 'text' || (message.type === 'key' && message.event === 'down') ? message.text ?? '' : '').join('');
const downs = () => messages.filter((message): message is KeyMessage => message.type === 'key' && message.event === 'down');

for (const browser of ['Chromium', 'Firefox'] as const) test.describe(browser, () => {
  let desktop: X11Desktop;

  test.beforeAll(async () => {
    messages.length = 0;
    desktop = await X11Desktop.start();
    if (browser === 'Firefox') desktop.openFirefox(url);
    else desktop.open(url);
    // Clicks until the view takes input, which it does once its picture is painted. A browser with a new profile starts slowly.
    await expect.poll(async () => {
      await desktop.hand('mousemove', '500', '400', 'click', '1');
      return messages.some((message) => message.type === 'mouse' && message.event === 'up');
    }, {timeout: 180_000}).toBe(true);
  });

  test.afterAll(() => desktop?.stop());

  /** Presses keys, and then one that marks the end. Returns the messages until then. */
  async function press(...args: readonly string[]): Promise<readonly KeyMessage[]> {
    messages.length = 0;
    await desktop.hand(...args, 'key', 'F9');
    await news.until(() => messages.some((message) => message.type === 'key' && message.event === 'up' && message.key === 'F9'));
    return downs().filter(({key}) => key !== 'F9');
  }

  for (const [layout, place] of [['il', PLACES.x], ['ru', PLACES.q], ['th', PLACES.a], ['gr', PLACES.a]] as const) {
    test(`${layout}: a letter is typed by itself, and not with Alt, Control, or both`, async () => {
      await desktop.layout(layout);
      const [plain] = await press('key', place);
      expect(plain?.key).toMatch(/^[^\0-\x7f]$/);
      expect(plain?.modifiers).toBe(0);
      expect(typed()).toBe(plain?.key);
      for (const [held, modifiers] of [[[PLACES.alt], ALT], [[PLACES.control, PLACES.alt], CONTROL | ALT], [[PLACES.control], CONTROL]] as const) {
        const sent = await press(...held.flatMap((key) => ['keydown', key]), 'key', place, ...held.toReversed().flatMap((key) => ['keyup', key]));
        expect(sent.at(-1), `with ${modifiers}`).toMatchObject({code: plain?.code, modifiers, text: ''});
        expect(messages.filter(({type}) => type === 'text' || type === 'release')).toEqual([]);
      }
    });
  }

  test('AltGr types what is on the key', async () => {
    await desktop.layout('gr');
    const sent = await press('keydown', PLACES.altGr, 'key', PLACES.e, 'keyup', PLACES.altGr);
    expect(sent.at(-1)).toMatchObject({key: '€', modifiers: 0});
    expect(typed()).toBe('€');
  });

  test('Compose, and Control+Shift+U with a number, type their character once', async () => {
    await desktop.layout('us', 'compose:ralt');
    for (const keys of [['key', 'Multi_key', 'key', 'apostrophe', 'key', 'e'], ['key', 'ctrl+shift+u', 'key', 'e', 'key', '9', 'key', 'space']]) {
      await press(...keys);
      expect(typed()).toBe('é');
    }
    await press('key', 'a');
    expect(typed()).toBe('a');
  });
});
