import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Page} from 'playwright';
import {findBrowser} from '../../demo/server/find-browser.js';
import {CdpConnection, type CdpSession} from '../../demo/server/session/cdp.js';
import {LocalBrowser} from '../../demo/server/session/browser.js';
import type {ChaserLiveView} from '../../src/index.js';
import {ServerProcess} from '../support/server-process.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const SCREEN = {width: 1920, height: 1080};
/** As a session's own: what a frame takes grows with it. */
const VIEWPORT = {width: 1280, height: 720};
/** A page that a press turns from black to white and back. */
const PAGE = `<!doctype html><body style="margin:0;background:#000">
<script>addEventListener('mousedown', () => { document.body.style.background = document.body.style.background === 'rgb(0, 0, 0)' ? '#fff' : '#000'; });</script>`;

/** Someone who clicks, sees what comes of it, and says how many milliseconds that took. */
interface Clicker {
  click(): Promise<number>;
  close(): Promise<void>;
}

/** From the click on the canvas to the changed pixel on the canvas, the whole way; beside raw CDP and one decode. */
export async function measureClicks(stage: Stage, {clicks}: {clicks: number}): Promise<Row[]> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const floor = await openFloor(stage, siteUrl);
  const rows: Row[] = [];
  try {
    for (const fps of [5, 30]) {
      const view = await openView(stage, siteUrl, fps);
      const [floorMs, viewMs]: [number[], number[]] = [[], []];
      // In turns, so that both have the same machine.
      for (let done = 0; done < clicks; done++) {
        for (const [clicker, times] of [[floor, floorMs], [view, viewMs]] as const) {
          await rest(1000 / fps + 50);
          times.push(await clicker.click());
        }
      }
      await view.close();
      rows.push({
        measure: 'Click to picture', what: `at ${fps} frames a second, after rest: the element and the server ÷ raw CDP and one decode`,
        value: median(viewMs) / median(floorMs), goal: {atMost: 1.15}, isKey: fps === 5,
      });
    }
  } finally {
    await floor.close();
    site.close();
  }
  return rows;
}

/** Dispatch to `Page.screencastFrame`, with nothing in between, and the decode of what came until its pixels can be read. */
async function openFloor(stage: Stage, siteUrl: string): Promise<Clicker> {
  const path = findBrowser();
  if (!path) throw new Error('There is no browser on this machine: set CHASER_BROWSER.');
  const local = await LocalBrowser.launch({path, screenSize: SCREEN, isMobile: false, blockedHosts: []});
  const connection = await CdpConnection.open(local.url);
  const {targetId} = await connection.browser.send('Target.createTarget', {url: siteUrl, ...VIEWPORT, newWindow: true});
  const {sessionId} = await connection.browser.send('Target.attachToTarget', {targetId, flatten: true});
  const session = connection.session(sessionId);
  session.post('Page.enable');
  session.post('Emulation.setFocusEmulationEnabled', {enabled: true});
  const page = await stage.page('bare');
  await rest(500);
  await resize(connection, targetId, session);
  await rest(500);
  let shown: (jpeg: string) => void = () => {};
  let size = '';
  session.on('Page.screencastFrame', ({data, metadata: {deviceWidth, deviceHeight}, sessionId: cast}) => {
    session.post('Page.screencastFrameAck', {sessionId: cast});
    size = `${deviceWidth}×${deviceHeight}`;
    shown(data);
  });
  await session.send('Page.startScreencast', {format: 'jpeg', quality: 70});
  await rest(500);
  return {
    async click() {
      const startMs = performance.now();
      const frame = new Promise<string>((resolve) => {
        shown = resolve;
      });
      session.post('Input.dispatchMouseEvent', {type: 'mousePressed', x: 640, y: 360, button: 'left', buttons: 1, clickCount: 1, force: 0.5});
      session.post('Input.dispatchMouseEvent', {type: 'mouseReleased', x: 640, y: 360, button: 'left', buttons: 0, clickCount: 1});
      const jpeg = await frame;
      if (size !== `${VIEWPORT.width}×${VIEWPORT.height}`) throw new Error(`The floor's frames are ${size}.`);
      return performance.now() - startMs + await decode(page, jpeg);
    },
    async close() {
      connection.close();
      await local.close();
      await page.close();
    },
  };
}

/** A window's edges and bars are not in the picture. */
async function resize({browser}: CdpConnection, targetId: string, session: CdpSession): Promise<void> {
  const {cssVisualViewport: {clientWidth, clientHeight}} = await session.send('Page.getLayoutMetrics');
  const {windowId, bounds: {width = 0, height = 0}} = await browser.send('Browser.getWindowForTarget', {targetId});
  await browser.send('Browser.setWindowBounds', {windowId, bounds: {width: width + VIEWPORT.width - clientWidth, height: height + VIEWPORT.height - clientHeight}});
}

/** How long one decode takes in a page that was at rest, as the element's is. */
function decode(page: Page, jpeg: string): Promise<number> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const context = document.querySelector('canvas')?.getContext('2d', {alpha: false});
    const startMs = performance.now();
    const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
    if (context && context.canvas.width !== bitmap.width) context.canvas.width = bitmap.width;
    if (context && context.canvas.height !== bitmap.height) context.canvas.height = bitmap.height;
    context?.drawImage(bitmap, 0, 0);
    context?.getImageData(10, 10, 1, 1);
    bitmap.close();
    return performance.now() - startMs;
  }, jpeg);
}

async function openView(stage: Stage, siteUrl: string, fps: number): Promise<Clicker> {
  const server = await ServerProcess.start({CHASER_FPS: String(fps), CHASER_ALLOWED_ORIGINS: '*'});
  const session = await server.session();
  const automation = await CdpConnection.open(session.cdpUrl);
  const {targetInfos} = await automation.browser.send('Target.getTargets');
  const {sessionId} = await automation.browser.send('Target.attachToTarget', {targetId: targetInfos.find(({type}) => type === 'page')?.targetId ?? '', flatten: true});
  await automation.session(sessionId).send('Page.navigate', {url: siteUrl});
  const page = await stage.page('element');
  await page.locator('chaser-live-view').evaluate((view: ChaserLiveView, token) => {
    view.previewToken = token;
    window.pressedAtMs = NaN;
    window.changes = 0;
    window.onChange = () => {};
    let isWhite = false;
    let looks = Promise.resolve();
    view.shadowRoot?.addEventListener('pointerdown', () => {
      window.pressedAtMs = performance.now();
    }, {capture: true});
    view.addEventListener('frame', () => {
      const atMs = performance.now();
      // Whether it was the change is looked at afterwards: where a worker paints, the page can't read the canvas.
      looks = looks.then(async () => {
        const bitmap = await createImageBitmap(await view.snapshot());
        const context = new OffscreenCanvas(1, 1).getContext('2d');
        context?.drawImage(bitmap, -10, -10);
        const [red = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
        if (red > 128 === isWhite) return;
        isWhite = !isWhite;
        window.changes++;
        window.onChange(atMs - window.pressedAtMs);
      });
    });
  }, await server.mint(session.id));
  await page.waitForFunction(() => document.querySelector('chaser-live-view')?.state === 'live');
  // The mouse is where it will click, as a person's is.
  await page.mouse.move(640, 360);
  await rest(500);
  // The page was white before it was the site.
  await page.waitForFunction(() => window.changes % 2 === 0);
  return {
    async click() {
      // Not by asking again and again: that would keep the page, and so a processor, busy meanwhile.
      await page.evaluate(() => {
        window.changed = new Promise((resolve) => window.onChange = resolve);
      });
      await page.mouse.down();
      await page.mouse.up();
      return page.evaluate(() => window.changed);
    },
    async close() {
      automation.close();
      await page.close();
      await server.stop();
    },
  };
}

/** The page under test is at rest: that is part of what is measured. */
function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

declare global {
  interface Window {
    pressedAtMs: number;
    /** How often the picture has changed. */
    changes: number;
    /** Told of the next change, and how long after the press it was. */
    onChange: (sincePressMs: number) => void;
    changed: Promise<number>;
  }
}
