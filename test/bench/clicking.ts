import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {findBrowser} from '../../demo/find-browser.js';
import {CdpConnection} from '../../demo/session/cdp.js';
import {LocalBrowser} from '../../demo/session/browser.js';
import type {ChaserLiveView} from '../../src/index.js';
import {ServerProcess} from '../support/server-process.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const VIEWPORT = {width: 1280, height: 720};
/** A page that a press turns from black to white and back. */
const PAGE = `<!doctype html><body style="margin:0;background:#000">
<script>addEventListener('mousedown', () => { document.body.style.background = document.body.style.background === 'rgb(0, 0, 0)' ? '#fff' : '#000'; });</script>`;

/** From the click on the canvas to the changed pixel on the canvas, the whole way; beside raw CDP and one decode. */
export async function measureClicks(stage: Stage, {clicks}: {clicks: number}): Promise<Row[]> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const rows: Row[] = [];
  try {
    for (const fps of [5, 30]) {
      const restMs = 2 * 1000 / fps + 50;
      const floorMs = await floor(stage, siteUrl, clicks, restMs);
      const viewMs = await throughTheView(stage, siteUrl, fps, clicks, restMs);
      rows.push({
        measure: 'Click to picture', what: `at ${fps} frames a second, after rest: the element and the server ÷ raw CDP and one decode`,
        value: median(viewMs) / median(floorMs), goal: {atMost: 1.25},
      });
    }
  } finally {
    site.close();
  }
  return rows;
}

/** Dispatch to `Page.screencastFrame`, with nothing in between, and one decode of what came. */
async function floor(stage: Stage, siteUrl: string, clicks: number, restMs: number): Promise<number[]> {
  const path = findBrowser();
  if (!path) throw new Error('There is no browser on this machine: set CHASER_BROWSER.');
  const local = await LocalBrowser.launch({path, screenSize: VIEWPORT, isMobile: false, blockedHosts: []});
  const connection = await CdpConnection.open(local.url);
  try {
    const {targetId} = await connection.browser.send('Target.createTarget', {url: siteUrl, ...VIEWPORT, newWindow: true});
    const {sessionId} = await connection.browser.send('Target.attachToTarget', {targetId, flatten: true});
    const session = connection.session(sessionId);
    session.post('Page.enable');
    session.post('Emulation.setFocusEmulationEnabled', {enabled: true});
    let shown: (jpeg: Buffer) => void = () => {};
    session.on('Page.screencastFrame', ({data, sessionId: cast}) => {
      session.post('Page.screencastFrameAck', {sessionId: cast});
      shown(Buffer.from(data, 'base64'));
    });
    await session.send('Page.startScreencast', {format: 'jpeg', quality: 70});
    await rest(500);
    const times: number[] = [];
    let jpeg = Buffer.alloc(0);
    for (let left = clicks; left > 0; left--) {
      await rest(restMs);
      const startMs = performance.now();
      const frame = new Promise<Buffer>((resolve) => {
        shown = resolve;
      });
      session.post('Input.dispatchMouseEvent', {type: 'mousePressed', x: 640, y: 360, button: 'left', buttons: 1, clickCount: 1, force: 0.5});
      session.post('Input.dispatchMouseEvent', {type: 'mouseReleased', x: 640, y: 360, button: 'left', buttons: 0, clickCount: 1});
      jpeg = Buffer.from(await frame);
      times.push(performance.now() - startMs);
    }
    const decodeMs = await decodeTime(stage, jpeg);
    return times.map((ms) => ms + decodeMs);
  } finally {
    connection.close();
    await local.close();
  }
}

async function decodeTime(stage: Stage, jpeg: Buffer): Promise<number> {
  const page = await stage.page('bare');
  const ms = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', {alpha: false});
    const times: number[] = [];
    for (let left = 30; left > 0; left--) {
      const startMs = performance.now();
      const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      context?.drawImage(bitmap, 0, 0);
      times.push(performance.now() - startMs);
      bitmap.close();
    }
    return times.sort((a, b) => a - b)[15] ?? 0;
  }, jpeg.toString('base64'));
  await page.close();
  return ms;
}

async function throughTheView(stage: Stage, siteUrl: string, fps: number, clicks: number, restMs: number): Promise<number[]> {
  const server = await ServerProcess.start({CHASER_FPS: String(fps), CHASER_ALLOWED_ORIGINS: '*'});
  try {
    const session = await server.session();
    const automation = await CdpConnection.open(session.cdpUrl);
    const {targetInfos} = await automation.browser.send('Target.getTargets');
    const {sessionId} = await automation.browser.send('Target.attachToTarget', {targetId: targetInfos.find(({type}) => type === 'page')?.targetId ?? '', flatten: true});
    await automation.session(sessionId).send('Page.navigate', {url: siteUrl});
    const page = await stage.page('element');
    const token = await server.mint(session.id);
    await page.locator('chaser-live-view').evaluate((view: ChaserLiveView, given) => {
      view.previewToken = given;
      window.pressedAtMs = NaN;
      window.changes = [];
      let isWhite = false;
      view.shadowRoot?.addEventListener('pointerdown', () => {
        window.pressedAtMs = performance.now();
      }, {capture: true});
      view.addEventListener('frame', () => {
        const [red = 0] = view.shadowRoot?.querySelector('canvas')?.getContext('2d')?.getImageData(10, 10, 1, 1).data ?? [];
        if (red > 128 === isWhite) return;
        isWhite = !isWhite;
        window.changes.push(performance.now() - window.pressedAtMs);
      });
    }, token);
    await page.waitForFunction(() => document.querySelector('chaser-live-view')?.state === 'live');
    await rest(500);
    for (let done = 0; done < clicks; done++) {
      await rest(restMs);
      await page.mouse.click(640, 360);
      await page.waitForFunction((count) => window.changes.length > count, done);
    }
    automation.close();
    const times = await page.evaluate(() => window.changes);
    await page.close();
    return times;
  } finally {
    await server.stop();
  }
}

/** The page under test is at rest: that is part of what is measured. */
function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

declare global {
  interface Window {
    pressedAtMs: number;
    changes: number[];
  }
}
