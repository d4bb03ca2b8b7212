import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Browser, type CDPSession, type Page, expect, test} from 'playwright/test';
import type {ChaserLiveView} from '../../src/index.js';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';
import type {TestSite} from '../support/test-site.js';

// A desktop session on a phone: real touches on the person's page, and clicks in the session.

const iife = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist/chaser-live-view.iife.js');

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Target extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

const TARGETS: readonly Target[] = [
  {id: 'checkbox', x: 430, y: 250, width: 24, height: 24}, {id: 'slider', x: 430, y: 330, width: 40, height: 40},
  ...Array.from({length: 9}, (_, index) => ({id: `tile-${index}`, x: 560 + index % 3 * 60, y: 240 + Math.floor(index / 3) * 60, width: 56, height: 56})),
];
/** The kinds of targets, which are tapped equally often. */
const KINDS = [TARGETS.slice(0, 1), TARGETS.slice(1, 2), TARGETS.slice(2)] as const;
const MIDDLE: Point = {x: 590, y: 330};
const TAPS = 40;
const MAX_ERROR_PX = 6;

/** The session's page: targets, and a list of hits. */
const SESSION_PAGE = `<!doctype html><title>Targets</title><body style="margin: 0; background: #fff">
${TARGETS.map(({id, x, y, width, height}) => `<i id="${id}" style="position: absolute; left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px; background: #06c"></i>`).join('')}
<script>const log = []; for (const type of ['mousedown', 'wheel']) document.addEventListener(type, ({target, isTrusted}) => log.push(isTrusted ? target.id : 'untrusted'));
  document.addEventListener('click', () => log.push('click'));</script>`;

const VIEWER_PAGE = `<!doctype html><meta name="viewport" content="width=device-width, initial-scale=1"><title>Viewer</title>
<style>body { margin: 0 } chaser-live-view { width: 100% } header { height: 60px } footer { height: 2000px }</style><header></header><footer></footer>`;

let server: ServerProcess;
let browser: Browser;
let site: TestSite;
let session: Driver;
let sessionId: string;

test.beforeAll(async () => {
  [server, browser, site] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(), startSite({'/': SESSION_PAGE, '/viewer': VIEWER_PAGE}),
  ]);
  const {id, cdpUrl} = await server.session();
  sessionId = id;
  session = await Driver.open(cdpUrl);
});

test.beforeEach(() => session.goto(`${site.origin}/`));

test.afterAll(async () => {
  session?.close();
  await browser?.close();
  await Promise.all([server?.stop(), site?.close()]);
});

/** A person's phone with the view, and the actions of their fingers. */
class Phone {
  static async open(viewport: {width: number; height: number}): Promise<Phone> {
    const context = await browser.newContext({viewport, deviceScaleFactor: 3, isMobile: true, hasTouch: true});
    const page = await context.newPage();
    await page.goto(`${site.origin}/viewer`);
    await page.addScriptTag({path: iife});
    await page.evaluate((token) => {
      const view = document.createElement('chaser-live-view');
      view.controls = true;
      document.querySelector('header')?.after(view);
      view.previewToken = token;
    }, await server.mint(sessionId));
    await expect.poll(() => page.locator('chaser-live-view').evaluate((view: ChaserLiveView) => view.state)).toBe('live');
    // A browser drops touches before a page's first paint, and uses the touch regions of the last paint.
    const phone = new Phone(page, await context.newCDPSession(page));
    await phone.painted();
    return phone;
  }

  readonly page: Page;
  readonly #cdp: CDPSession;

  constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
  }

  get zoom(): Promise<number> {
    return this.page.locator('chaser-live-view').evaluate((view: ChaserLiveView) => view.zoom);
  }

  get pageZoom(): Promise<number> {
    return this.page.evaluate(() => visualViewport?.scale ?? 1);
  }

  /** Waits until the current state has been painted. */
  painted(): Promise<void> {
    return this.page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
  }

  /** Scrolls the page back, even if it still scrolls from the last swipe. */
  async backToTop(): Promise<void> {
    await expect.poll(async () => {
      await this.page.evaluate(() => scrollTo(0, 0));
      await this.painted();
      return this.page.evaluate(() => scrollY);
    }).toBe(0);
  }

  /** Where a point of the session appears. */
  async placeOf({x, y}: Point): Promise<Point> {
    const box = await this.page.locator('canvas').evaluate((canvas) => canvas.getBoundingClientRect().toJSON());
    const scale = Math.min(box.width / 1280, box.height / 720);
    return {x: box.x + (box.width - 1280 * scale) / 2 + x * scale, y: box.y + (box.height - 720 * scale) / 2 + y * scale};
  }

  /** Sends touches without waiting in between, because a tap that waits for a reply would be a long press. */
  async touch(...steps: readonly (readonly Point[])[]): Promise<void> {
    let before = 0;
    await Promise.all([...steps, []].map((points) => {
      const type = points.length > before ? 'touchStart' : points.length < before ? 'touchEnd' : 'touchMove';
      before = points.length;
      return this.#cdp.send('Input.dispatchTouchEvent', {type, touchPoints: points.map(({x, y}, id) => ({x, y, id}))});
    }));
  }

  /** Puts down two fingers one after the other, like a person, and moves them from one distance to another. */
  async pinch({x, y}: Point, fromPx: number, toPx: number): Promise<void> {
    const at = (px: number) => [{x: x - px / 2, y}, {x: x + px / 2, y}];
    await this.touch(at(fromPx).slice(0, 1), ...Array.from({length: 9}, (_, step) => at(fromPx + (toPx - fromPx) * step / 8)));
  }

  /** Moves one finger up. */
  async swipe({x, y}: Point, wayPx: number): Promise<void> {
    await this.touch(...Array.from({length: 9}, (_, step) => [{x, y: y - wayPx * step / 8}]));
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** A pseudorandom generator of numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

for (const [name, viewport] of [['portrait', {width: 390, height: 844}], ['landscape', {width: 844, height: 390}]] as const) {
  test(`after one pinch, in ${name}: at least 39 of 40 taps hit a small box, a slider and tiles, with a finger's error`, async () => {
    test.setTimeout(150_000);
    const phone = await Phone.open(viewport);
    // Scrolls to the view, as a person would.
    await phone.page.evaluate(() => document.querySelector('chaser-live-view')?.scrollIntoView());
    const distancePx = viewport.width / 4;
    await phone.pinch(await phone.placeOf(MIDDLE), distancePx / 3, distancePx);
    await expect.poll(() => phone.zoom).toBeGreaterThan(2.5);
    expect(await session.evaluate('log.length')).toBe(0);
    const next = random(21);
    let hits = 0;
    for (let tap = 0; tap < TAPS; tap++) {
      const kind = KINDS[tap % KINDS.length] ?? [];
      const target = kind[Math.floor(next() * kind.length)];
      if (!target) throw new Error('There is nothing to hit.');
      const {x, y} = await phone.placeOf({x: target.x + target.width / 2, y: target.y + target.height / 2});
      const [angle, errorPx] = [next() * 2 * Math.PI, Math.sqrt(next()) * MAX_ERROR_PX];
      await session.evaluate('log.length = 0');
      await phone.touch([{x: x + Math.cos(angle) * errorPx, y: y + Math.sin(angle) * errorPx}]);
      await session.until(`log.includes('click')`);
      if (await session.evaluate('log[0]') === target.id) hits++;
    }
    expect(hits).toBeGreaterThanOrEqual(39);
    await phone.close();
  });
}

test('while the page itself is zoomed, two fingers on the view are the page’s; and a person gets out of it', async () => {
  const phone = await Phone.open({width: 390, height: 844});
  // Below the view and near it, so that the view is still visible.
  const below = await phone.page.locator('chaser-live-view').evaluate((view) => view.getBoundingClientRect().bottom + 50);
  await phone.pinch({x: 195, y: below}, 60, 240);
  await expect.poll(() => phone.pageZoom).toBeGreaterThan(1.5);
  await phone.painted();
  const fingers = await phone.page.locator('chaser-live-view').evaluate((view) => {
    const {offsetLeft, offsetTop, width} = window.visualViewport ?? {offsetLeft: 0, offsetTop: 0, width: innerWidth};
    const {bottom = 0} = view.shadowRoot?.querySelector('canvas')?.getBoundingClientRect() ?? {};
    // In the middle of the visible part of the picture.
    const [x, y] = [offsetLeft + width / 2, (offsetTop + bottom) / 2];
    if (view.shadowRoot?.elementFromPoint(x, y)?.localName !== 'canvas') throw new Error(`The picture is not at ${x}, ${y}.`);
    return {x: x - offsetLeft, y: y - offsetTop};
  });
  // A single finger still goes to the session, and clicks once.
  await phone.touch([fingers]);
  await session.until(`log.includes('click')`);
  await phone.pinch(fingers, 160, 30);
  await expect.poll(() => phone.pageZoom).toBeLessThan(1.5);
  expect(await phone.zoom).toBe(1);
  expect(await session.evaluate('log')).toEqual(['', 'click']);
  await phone.close();
});

test('a swipe that begins on the bar or at the rim scrolls the page, zoomed or not; the session hears nothing of it', async () => {
  const phone = await Phone.open({width: 390, height: 844});
  for (const zoom of [1, 3]) {
    await phone.page.locator('chaser-live-view').evaluate((view: ChaserLiveView, zoom) => { view.zoom = zoom; }, zoom);
    await phone.backToTop();
    const {bar, stage} = await phone.page.locator('chaser-live-view').evaluate((view) => {
      const boxOf = (selector: string) => view.shadowRoot?.querySelector(selector)?.getBoundingClientRect().toJSON();
      return {bar: boxOf('[part=controls]'), stage: boxOf('.stage')};
    });
    for (const at of [{x: bar.x + 60, y: bar.y + 20}, {x: 5, y: stage.bottom - 40}, {x: 385, y: stage.bottom - 40}]) {
      await phone.backToTop();
      await phone.swipe(at, 120);
      await expect.poll(() => phone.page.evaluate(() => scrollY)).toBeGreaterThan(50);
    }
  }
  expect(await session.evaluate('log.length')).toBe(0);
  await phone.close();
});
