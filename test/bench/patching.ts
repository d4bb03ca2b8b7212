import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {findBrowser} from '../../demo/server/find-browser.js';
import {LocalBrowser} from '../../demo/server/session/browser.js';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import {Driver} from '../support/driver.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';
import {TcpProxy} from '../support/tcp-proxy-plugin.js';
import {Crowd, openPage, rest, startBroadcast} from './crowd.js';
import {cpuSecondsOf} from './processes.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const MEASURE = 'Patches';
const FPS = 30;
const BROADCAST_FPS = 5;
const SCREEN = {width: 1280, height: 720};
const LINK = {bytesPerSecond: 200_000, delayMs: 150};
const LETTERS = [...'the quick brown fox jumps over'];
/** The last frames of what was done. */
const SETTLE_MS = 400;

/** A form, pictures, and text below: what is typed, hovered and dragged is a small part of it. */
const PAGE = `<!doctype html><meta charset=utf-8><style>body { font: 14px sans-serif; margin: 12px } button { width: 100px; height: 30px } button:hover { background: #fc6 }
  @keyframes turn { to { rotate: 1turn } } .spinner { width: 32px; height: 32px; border: 4px solid #ccc; border-top-color: #06c; border-radius: 50%; animation: turn 1s linear infinite }
  .picture { display: inline-block; width: 150px; height: 100px; margin: 4px }</style>
  <input id=field style="position: absolute; left: 20px; top: 20px; width: 400px; height: 30px; font-size: 18px">
  <input id=slider type=range style="position: absolute; left: 500px; top: 20px; width: 400px">
  <div style="position: absolute; left: 20px; top: 70px" id=buttons></div><div style="position: absolute; left: 1100px; top: 20px" id=spinner></div>
  <div style="margin-top: 120px" id=pictures></div><p id=text></p>
  <script>
    let state = 1; const random = () => (state = state * 16807 % 2147483647) / 2147483647;
    buttons.innerHTML = Array.from({length: 10}, (_, n) => '<button>Button ' + n + '</button>').join('');
    const colour = () => 'hsl(' + Math.floor(random() * 360) + ' 70% 55%)';
    pictures.innerHTML = Array.from({length: 14}, () => '<div class=picture style="background: linear-gradient(' + random() * 360 + 'deg, ' + colour() + ', ' + colour() + ', ' + colour() + ')"></div>').join('');
    text.textContent = Array.from({length: 6000}, () => Math.floor(random() * 1e9).toString(36)).join(' ');
  </script>`;

interface PatchOptions {
  readonly restSeconds: number;
  readonly rounds: number;
  readonly viewers: number;
}

/** What patches cost and save, beside whole frames of the same session at the same time. */
export async function measurePatches(stage: Stage, options: PatchOptions): Promise<Row[]> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const path = findBrowser();
  if (!path) throw new Error('There is no browser on this machine: set CHASER_BROWSER.');
  const browser = await LocalBrowser.launch({path, screenSize: SCREEN, isMobile: false, blockedHosts: []});
  const server = await ServerProcess.start({CHASER_FPS: String(FPS), CHASER_CDP_URL: browser.url});
  try {
    const session = await server.session();
    const targetId = await openPage(session, site);
    const driver = await Driver.open(session.cdpUrl);
    await driver.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    // A token is good for minutes, and this takes longer.
    const mint = async () => (await server.mint(session.id)).url;
    const hand = new Hand(new PreviewClient(await mint()).ackAll());
    // Of the whole browser, which a session's own CDP address does not give.
    const owner = await CdpConnection.open(browser.url);
    const bench = new PatchBench({mint, server, driver, hand, owner});
    await bench.warmUp();
    return [
      ...await bench.bytes(options.restSeconds), ...await bench.decoding(stage), ...await bench.link(options.rounds),
      ...await bench.processorTime(options.rounds), await bench.many({...options, cdpUrl: browser.url, targetId}),
    ];
  } finally {
    await server.stop();
    await browser.close();
    site.close();
  }
}

/** A person's hand, by the protocol. */
class Hand {
  readonly client: PreviewClient;

  constructor(client: PreviewClient) {
    this.client = client;
  }

  async type(letters: readonly string[]): Promise<void> {
    for (const letter of letters) {
      this.key(letter);
      await rest(120);
    }
  }

  key(letter: string): void {
    const key = {key: letter, code: letter === ' ' ? 'Space' : `Key${letter.toUpperCase()}`, keyCode: letter.toUpperCase().charCodeAt(0), location: 0, repeat: false, modifiers: 0};
    for (const event of ['down', 'up'] as const) this.client.send({type: 'key', event, ...key});
  }

  move(x: number, y: number, buttons = 0): void {
    this.client.send({type: 'mouse', event: 'move', x, y, button: -1, buttons, modifiers: 0});
  }

  async hover(): Promise<void> {
    for (let n = 0; n < 10; n++) {
      this.move(70 + n * 104, 85);
      await rest(150);
    }
  }

  async drag(): Promise<void> {
    const button = {button: 0, modifiers: 0, clickCount: 1};
    this.client.send({type: 'mouse', event: 'down', x: 520, y: 30, buttons: 1, ...button});
    for (let x = 520; x <= 760; x += 10) {
      this.move(x, 30, 1);
      await rest(50);
    }
    this.client.send({type: 'mouse', event: 'up', x: 760, y: 30, buttons: 0, ...button});
  }

  async scroll(times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      this.client.send({type: 'wheel', x: 640, y: 500, deltaX: 0, deltaY: n < times / 2 ? 120 : -120, buttons: 0, modifiers: 0});
      await rest(60);
    }
  }
}

interface Parts {
  /** Gives an address of the session's preview socket. */
  readonly mint: () => Promise<string>;
  readonly server: ServerProcess;
  readonly driver: Driver;
  readonly hand: Hand;
  /** The browser's owner, not the session. */
  readonly owner: CdpConnection;
}

class PatchBench {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The thread is there, and its code is compiled. */
  async warmUp(): Promise<void> {
    const client = await this.#client(true);
    await this.#clear();
    while (client.of('patch').length < 60) await this.#parts.hand.type(LETTERS.slice(0, 5));
    client.close();
  }

  async bytes(restSeconds: number): Promise<Row[]> {
    const {hand, driver} = this.#parts;
    const [patched, whole] = [await this.#client(true), await this.#client(false)];
    const share = async (what: string, act: () => Promise<void>, goal: number) => {
      await this.#clear();
      await rest(SETTLE_MS);
      const before = [patched, whole].map(bytesOf);
      await act();
      await rest(SETTLE_MS);
      const [some = NaN, all = NaN] = [patched, whole].map((client, index) => bytesOf(client) - (before[index] ?? 0));
      return {measure: MEASURE, what: `${what}: bytes to a viewer ÷ those of whole frames`, value: some / all, goal: {atMost: goal}};
    };
    const rows = [
      {...await share('typing 30 letters into a form', () => hand.type(LETTERS), 0.01), isKey: true},
      await share('hovering 10 buttons', () => hand.hover(), 0.012),
      await share('dragging a slider 240 px', () => hand.drag(), 0.012),
      await share(`a blinking caret, ${restSeconds} s`, () => rest(restSeconds * 1000), 0.01),
      await share(`a CSS spinner, ${restSeconds} s`, async () => {
        await driver.evaluate('spinner.className = "spinner"; undefined');
        await rest(restSeconds * 1000);
        await driver.evaluate('spinner.className = ""; undefined');
      }, 0.01),
      await share('scrolling', () => hand.scroll(40), 1.01),
    ];
    for (const client of [patched, whole]) client.close();
    return rows;
  }

  /** A browser's decoder, one at a time. */
  async decoding(stage: Stage): Promise<Row[]> {
    const clients = [await this.#client(true), await this.#client(false)];
    await this.#clear();
    await this.#parts.hand.type(LETTERS.slice(0, 15));
    await rest(SETTLE_MS);
    const page = await stage.browser.newPage();
    const [some = NaN, all = NaN] = await Promise.all(clients.map(async ({frames}) => page.evaluate(async (jpegs) => {
      const blobs = jpegs.map((jpeg) => new Blob([Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0))], {type: 'image/jpeg'}));
      const times: number[] = [];
      for (let round = 0; round < 4; round++) {
        for (const blob of blobs) {
          const startMs = performance.now();
          (await createImageBitmap(blob)).close();
          times.push(performance.now() - startMs);
        }
      }
      return times.sort((a, b) => a - b)[times.length >> 1] ?? NaN;
    }, frames.slice(1).map(({jpeg}) => jpeg.toString('base64')))));
    await page.close();
    for (const client of clients) client.close();
    return [{measure: MEASURE, what: 'typing: from a frame\'s bytes to its bitmap ÷ that of whole frames', value: some / all, goal: {atMost: 0.15}}];
  }

  /** From a key to its picture's last byte; either viewer has a link of its own. */
  async link(rounds: number): Promise<Row[]> {
    const {server, mint} = this.#parts;
    const proxy = new TcpProxy(Number(new URL(server.url).port));
    const port = await proxy.listen();
    const throughProxy = ({pathname, search}: URL) => `ws://127.0.0.1:${port}${pathname}${search}`;
    proxy.set(LINK);
    const medians: number[] = [];
    for (const isPatched of [true, false]) {
      const client = await this.#client(isPatched, throughProxy(new URL(await mint())));
      const hand = new Hand(client);
      await this.#clear();
      // A caret that is not seen has pictures too, but no patches.
      await this.#parts.driver.evaluate('field.style.caretColor = "transparent"; undefined');
      await rest(3_000);
      const times: number[] = [];
      for (const letter of LETTERS.filter((each) => each !== ' ').slice(0, 4 * rounds)) {
        const {length} = client.frames;
        const isOfLetter = this.#picturesFromNowOn();
        const startMs = performance.now();
        hand.key(letter);
        await client.until(() => client.frames.slice(length).some(({jpeg}) => isPatched || isOfLetter(jpeg)));
        times.push(performance.now() - startMs);
        await rest(1_500);
      }
      medians.push(median(times));
      client.close();
    }
    await this.#parts.driver.evaluate('field.style.caretColor = ""; undefined');
    proxy.close();
    const [some = NaN, all = NaN] = medians;
    return [{
      measure: MEASURE, what: `key to picture at ${LINK.bytesPerSecond / 1000} kB/s and ${LINK.delayMs} ms ÷ the same of whole frames`,
      value: some / all, goal: {atMost: 0.4}, isKey: true,
    }];
  }

  /** Whether a whole frame shows something that was not to be seen before, as somebody sees it who has no slow link. */
  #picturesFromNowOn(): (jpeg: Buffer) => boolean {
    const {frames} = this.#parts.hand.client;
    const {length} = frames;
    const last = frames.at(-1)?.jpeg ?? Buffer.of();
    return (jpeg) => frames.slice(length).some((frame) => !frame.jpeg.equals(last) && frame.jpeg.equals(jpeg));
  }

  /** One viewer at a time, in turns. */
  async processorTime(rounds: number): Promise<Row[]> {
    const {server, hand, owner} = this.#parts;
    // The hand is a viewer of whole frames too: it looks away.
    hand.client.send({type: 'pause'});
    const costOf = async (isPatched: boolean, act: () => Promise<void>) => {
      const client = await this.#client(isPatched);
      await this.#clear();
      await rest(SETTLE_MS);
      const spent = async () => ({server: cpuSecondsOf(server.process.pid), browser: await browserSeconds(owner), frames: client.frames.length});
      const before = await spent();
      await act();
      await rest(SETTLE_MS);
      const after = await spent();
      client.close();
      const frames = after.frames - before.frames;
      return {server: (after.server - before.server) / frames, browser: (after.browser - before.browser) / frames};
    };
    const costs = {typing: [] as number[], scrolling: [] as number[]};
    for (let round = 0; round < rounds; round++) {
      const typing = await costOf(true, () => hand.type(LETTERS));
      costs.typing.push(typing.server / typing.browser);
      const some = await costOf(true, () => hand.scroll(60));
      const all = await costOf(false, () => hand.scroll(60));
      costs.scrolling.push(some.server / all.server);
    }
    return [
      {measure: MEASURE, what: 'typing, 1 viewer: the server\'s processor time a frame ÷ the browser\'s for making it', value: median(costs.typing), goal: {atMost: 0.5}},
      {measure: MEASURE, what: 'scrolling, 1 viewer: the server\'s processor time a frame ÷ that of whole frames', value: median(costs.scrolling), goal: {atMost: 1.3}},
    ];
  }

  /** Beside a bare broadcast of the same page's frames to as many. */
  async many({viewers, rounds, cdpUrl, targetId}: {viewers: number; rounds: number; cdpUrl: string; targetId: string}): Promise<Row> {
    const {server, mint, hand} = this.#parts;
    const bare = await startBroadcast(cdpUrl, targetId, 1000 / BROADCAST_FPS);
    await this.#clear();
    let letters = 0;
    // Another one each time: a field that is full of one letter looks the same with one more.
    const typing = setInterval(() => hand.key(LETTERS[letters++ % LETTERS.length] ?? ''), 200);
    try {
      const crowds = await Promise.all([{url: await mint(), process: server.process}, bare].map((side, index) => Crowd.gather(side, viewers, index === 0)));
      await rest(2_000);
      const ratios: number[] = [];
      for (let round = 0; round < rounds; round++) {
        for (const crowd of crowds) crowd.begin();
        await rest(2_000);
        const [ours = NaN, theirs = NaN] = crowds.map((crowd) => crowd.end().cpuSeconds);
        ratios.push(ours / theirs);
      }
      for (const crowd of crowds) crowd.leave();
      return {
        measure: MEASURE, what: `typing, ${viewers} viewers: the server's processor time a frame ÷ a bare broadcast's of whole frames`, value: median(ratios),
        goal: {atMost: 0.4}, isKey: true,
      };
    } finally {
      clearInterval(typing);
      bare.process.kill('SIGKILL');
    }
  }

  async #client(isPatched: boolean, address?: string): Promise<PreviewClient> {
    const client = new PreviewClient(address ?? await this.#parts.mint()).ackAll();
    await client.until(() => client.of('hello').length > 0 && client.frames.length > 0);
    if (isPatched) client.send({type: 'accept', patches: true});
    await client.untilHeard();
    return client;
  }

  /** The field is empty and has the focus, and the page is at its top. */
  async #clear(): Promise<void> {
    await this.#parts.driver.evaluate('scrollTo(0, 0); field.value = ""; field.focus(); undefined');
  }
}

function bytesOf({frames, messages}: PreviewClient): number {
  const announced = messages.reduce((bytes, message) => bytes + (message.type === 'patch' ? JSON.stringify(message).length : 0), 0);
  return frames.reduce((bytes, {jpeg}) => bytes + jpeg.length, announced);
}

/** Processor time of all of the browser's processes. */
async function browserSeconds({browser}: CdpConnection): Promise<number> {
  const {processInfo} = await browser.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((seconds, {cpuTime}) => seconds + cpuTime, 0);
}
