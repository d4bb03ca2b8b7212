import {type Browser, type CDPSession, type FrameLocator, type Page, expect, test} from 'playwright/test';
import {CaptchaServer, type CaptchaKind} from '../../demo/site/captchas/captcha-server.js';
import {ShopServer} from '../../demo/site/shop/shop-server.js';
import {launchBrowser} from '../support/launch-browser.js';

// The captchas must refuse bots. These bots have access to the captcha's frame and know the answer, so only their input gives them away.

let browser: Browser;
let captchas: CaptchaServer;
let shop: ShopServer;
let page: Page;
let mouse: Mouse;

test.beforeAll(async () => {
  [browser, captchas] = await Promise.all([launchBrowser(), CaptchaServer.start()]);
  shop = await ShopServer.start(captchas);
});

test.afterAll(async () => {
  await Promise.all([browser?.close(), shop?.close(), captchas?.close()]);
});

test.beforeEach(async () => {
  page = await browser.newPage();
  mouse = new Mouse(await page.context().newCDPSession(page));
});

test.afterEach(() => page.close());

const MACHINE = 'That did not look like a person. Please try again.';

test('ALTCHA refuses events that a script made', async () => {
  const frame = await openCaptcha('altcha');
  const reason = reasonOf(page);
  await frame.locator('.altcha input[type=checkbox]').evaluate((box: HTMLInputElement) => box.click());
  await expectRefusal(frame, await reason, 'untrusted_event');
});

test('ALTCHA refuses a pointer that jumps, and takes one that comes', async () => {
  const frame = await openCaptcha('altcha');
  const box = await centreOf(frame, '.altcha input[type=checkbox]');
  const reason = reasonOf(page);
  await mouse.move(box);
  await mouse.press(box);
  await expectRefusal(frame, await reason, 'pointer_jumped');

  await mouse.comeTo(box);
  await mouse.press(box);
  await expect(page.locator('button.order')).toBeEnabled();
});

test('the slider refuses events that a script made', async () => {
  const frame = await openCaptcha('slider');
  const reason = reasonOf(page);
  await frame.locator('.handle').evaluate((handle) => {
    const send = (type: string, clientX: number) => {
      handle.dispatchEvent(new PointerEvent(type, {bubbles: true, isPrimary: true, pointerId: 1, buttons: 1, pressure: 0.5, clientX, clientY: 5}));
    };
    // A synthetic pointer can't be captured.
    handle.setPointerCapture = () => {};
    send('pointerdown', 10);
    for (let x = 10; x < 160; x += 7) send('pointermove', x);
    send('pointerup', 160);
  });
  await expectRefusal(frame, await reason, 'untrusted_event');
});

test('the slider refuses a pointer that jumps, and one that moves like a machine', async () => {
  const frame = await openCaptcha('slider');
  const handle = await centreOf(frame, '.handle');
  const to = {x: handle.x + 160, y: handle.y};
  await mouse.comeTo(handle);
  const reason = reasonOf(page);
  await mouse.down(handle);
  await mouse.move(to, 1);
  await mouse.up(to);
  await expectRefusal(frame, await reason, 'pointer_jumped');

  await expect(frame.locator('main')).not.toHaveClass(/wrong/);
  await mouse.comeTo(handle);
  const another = reasonOf(page);
  await mouse.down(handle);
  // Slow enough that no two moves are merged into one event.
  for (let x = handle.x + 8; x <= to.x; x += 8) {
    await mouse.move({x, y: handle.y}, 1);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await mouse.up(to);
  expect(await another).toBe('moves_like_a_machine');
});

test('the picture grid refuses events that a script made', async () => {
  const frame = await openCaptcha('grid');
  const reason = reasonOf(page);
  await frame.locator('.tile').first().evaluate((tile: HTMLElement) => tile.click());
  await frame.locator('.verify').evaluate((button: HTMLElement) => button.click());
  await expectRefusal(frame, await reason, 'untrusted_event');
});

test('the picture grid refuses a pointer that jumps, and a wrong answer from one that comes', async () => {
  const frame = await openCaptcha('grid');
  const [tile, verify] = [await centreOf(frame, '.tile'), await centreOf(frame, '.verify')];
  const reason = reasonOf(page);
  for (const point of [tile, verify]) {
    await mouse.move(point);
    await mouse.press(point);
  }
  await expectRefusal(frame, await reason, 'pointer_jumped');

  await expect(frame.locator('main')).not.toHaveClass(/wrong/);
  const another = reasonOf(page);
  for (const point of [tile, verify]) {
    await mouse.comeTo(point);
    await mouse.press(point);
  }
  expect(await another).toBe('wrong_answer');
});

test('a token is for one order, and only from the captcha itself', async () => {
  const order = (token: string) => fetch(`${shop.origin}/orders`, {
    method: 'POST', redirect: 'manual', headers: {cookie: 'cart=night.1'}, body: new URLSearchParams({name: 'Ada', token}),
  });
  expect((await order('')).status).toBe(403);
  expect((await order('eyJhbGciOiJub25lIn0.eyJqdGkiOiIxIn0.')).status).toBe(403);

  const frame = await openCaptcha('altcha');
  const box = await centreOf(frame, '.altcha input[type=checkbox]');
  await mouse.comeTo(box);
  await mouse.press(box);
  await expect(page.locator('button.order')).toBeEnabled();
  const token = await page.locator('input[name=token]').inputValue();
  expect((await order(token)).status).toBe(303);
  expect((await order(token)).status).toBe(403);
});

test('the shop hears nobody but the captcha, and the captcha is framed by nobody but its site', async () => {
  await openCaptcha('slider');
  await page.evaluate(() => window.postMessage({type: 'captcha', token: 'mine'}, '*'));
  await expect(page.locator('input[name=token]')).toHaveValue('');
  await expect(page.locator('button.order')).toBeDisabled();

  const {key} = captchas.register('http://127.0.0.1:9');
  const {headers} = await fetch(`http://127.0.0.1:${new URL(captchas.origin).port}/frames/grid?site=${key}`);
  expect(headers.get('content-security-policy')).toContain('frame-ancestors http://127.0.0.1:9');
});

async function openCaptcha(kind: CaptchaKind): Promise<FrameLocator> {
  await page.goto(shop.url(kind));
  await page.getByRole('button', {name: /Night Train/}).click();
  await page.getByRole('link', {name: /Cart/}).click();
  const frame = page.frameLocator('#captcha');
  await frame.locator(kind === 'altcha' ? '.altcha[data-visible]' : '.ready').waitFor();
  return frame;
}

/** Why the captcha's server refuses the next answer. Empty if it accepts the answer. */
async function reasonOf(page: Page): Promise<string> {
  const response = await page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('/answer'));
  const verdict: unknown = await response.json();
  return typeof verdict === 'object' && verdict !== null && 'reason' in verdict ? String(verdict.reason) : '';
}

async function expectRefusal(frame: FrameLocator, reason: string, expected: string): Promise<void> {
  expect(reason).toBe(expected);
  await expect(frame.locator('.note')).toHaveText(MACHINE);
  await expect(page.locator('button.order')).toBeDisabled();
}

interface Point {
  readonly x: number;
  readonly y: number;
}

async function centreOf(frame: FrameLocator, selector: string): Promise<Point> {
  const box = await frame.locator(selector).first().boundingBox();
  if (!box) throw new Error(`There is no ${selector}.`);
  return {x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2)};
}

/** A mouse whose events have all members of a real one's, so that only its path can be refused. */
class Mouse {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  async move({x, y}: Point, buttons = 0): Promise<void> {
    await this.#session.send('Input.dispatchMouseEvent', {type: 'mouseMoved', x, y, buttons, button: buttons ? 'left' : 'none', force: buttons * 0.5});
  }

  async comeTo({x, y}: Point): Promise<void> {
    for (let left = 12; left >= 0; left--) await this.move({x: x + left ** 1.8, y: y + left * 1.3});
  }

  async press(point: Point): Promise<void> {
    await this.down(point);
    await this.up(point);
  }

  async down({x, y}: Point): Promise<void> {
    await this.#session.send('Input.dispatchMouseEvent', {type: 'mousePressed', x, y, button: 'left', buttons: 1, clickCount: 1, force: 0.5});
  }

  async up({x, y}: Point): Promise<void> {
    await this.#session.send('Input.dispatchMouseEvent', {type: 'mouseReleased', x, y, button: 'left', buttons: 0, clickCount: 1});
  }
}
