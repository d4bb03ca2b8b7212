import type {CDPSession, Page} from 'playwright/test';
import {launchBrowser} from './launch-browser.js';

/** A frame of a page, and whether the page or its size has changed since the frame before. */
export interface PageFrame {
  readonly jpeg: Buffer;
  readonly isFirst: boolean;
}

const FRAMES_PER_PAGE = 12;
const MIN_SIDE_PX = 120;
const MAX_SIDE_PX = 620;

/**
 * Frames of pseudorandom pages: text, fields, pictures, and moving noise like a video's. Changes range from a pixel to the whole page, also
 * in corners and at edges. Sizes are seldom a multiple of 16. Each frame differs from the one before.
 */
export class PageFrames {
  readonly #page: Page;
  readonly #cdp: CDPSession;
  readonly #random: () => number;
  readonly close: () => Promise<void>;
  #frames = 0;
  #onFrame: (jpeg: Buffer) => void = () => {};

  static async start(seed: number): Promise<PageFrames> {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    return new PageFrames(page, await page.context().newCDPSession(page), seed, () => browser.close());
  }

  private constructor(page: Page, cdp: CDPSession, seed: number, close: () => Promise<void>) {
    this.#page = page;
    this.#cdp = cdp;
    this.#random = randomOf(seed);
    this.close = close;
    cdp.on('Page.screencastFrame', ({data, sessionId}) => {
      this.#onFrame(Buffer.from(data, 'base64'));
      cdp.send('Page.screencastFrameAck', {sessionId}).catch(() => {});
    });
  }

  async next(): Promise<PageFrame> {
    const isFirst = this.#frames++ % FRAMES_PER_PAGE === 0;
    if (isFirst) await this.#open();
    return {jpeg: await this.#frameAfter(() => this.#page.evaluate(`change(${this.#seed()})`)), isFirst};
  }

  async #open(): Promise<void> {
    const side = () => MIN_SIDE_PX + Math.floor(this.#random() * (MAX_SIDE_PX - MIN_SIDE_PX));
    const roundTo = this.#random() < 0.2 ? 16 : 1;
    await this.#page.setViewportSize({width: Math.ceil(side() / roundTo) * roundTo, height: Math.ceil(side() / roundTo) * roundTo});
    await this.#page.setContent(`<style>html, body {margin: 0; height: 100%; overflow: hidden} div {position: absolute}</style>
      <body><script>const __name = (value) => value; ${randomOf}; (${pageScript})(${this.#seed()})</script>`);
    const quality = 40 + Math.floor(this.#random() * 4) * 20;
    await this.#frameAfter(async () => {
      // A screencast that has not sent a frame yet can't be started again.
      await this.#cdp.send('Page.stopScreencast');
      await this.#cdp.send('Page.startScreencast', {format: 'jpeg', quality});
    });
  }

  /** The next frame that differs. Not every change is visible, so changes are repeated until one is. */
  async #frameAfter(change: () => Promise<unknown>): Promise<Buffer> {
    const frame = new Promise<Buffer>((resolve) => {
      this.#onFrame = resolve;
    });
    for (;;) {
      await change();
      const rendered = this.#page.evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve, 50)), 50)));
      const jpeg = await Promise.race([frame, rendered.then(() => undefined)]);
      if (jpeg) return jpeg;
    }
  }

  #seed(): number {
    return Math.floor(this.#random() * 2 ** 31);
  }
}

/** A pseudorandom generator of numbers from 0 to 1 (Park and Miller). */
function randomOf(seed: number): () => number {
  let state = seed % 2147483646 + 1;
  return () => (state = state * 16807 % 2147483647) / 2147483647;
}

/** Runs in the page: fills it, and defines `change(seed)`. */
function pageScript(seed: number): void {
  const random = randomOf(seed);
  const any = (max: number) => Math.floor(random() * max);
  const colour = () => `hsl(${any(360)} ${any(100)}% ${any(100)}%)`;
  const word = () => Array.from({length: 1 + any(9)}, () => String.fromCharCode(97 + any(26))).join('');
  const {innerWidth: width, innerHeight: height} = window;
  const box = (x: number, y: number, w: number, h: number, style = `background: ${colour()}`, text = '') => {
    const div = Object.assign(document.createElement('div'), {textContent: text});
    div.style.cssText = `left: ${x}px; top: ${y}px; width: ${w}px; height: ${h}px; ${style}`;
    document.body.append(div);
  };
  const noise = (x: number, y: number, w: number, h: number) => {
    const canvas = Object.assign(document.createElement('canvas'), {width: w, height: h});
    canvas.style.cssText = `position: absolute; left: ${x}px; top: ${y}px`;
    const context = canvas.getContext('2d');
    const image = context?.createImageData(w, h);
    image?.data.forEach((_, index, data) => data[index] = index % 4 === 3 ? 255 : any(256));
    if (image) context?.putImageData(image, 0, 0);
    document.body.append(canvas);
  };
  document.body.style.background = colour();
  for (let n = any(6); n > 0; n--) box(any(width), any(height), any(width), any(height), `background: linear-gradient(${any(360)}deg, ${colour()}, ${colour()})`);
  for (let n = any(8); n > 0; n--) {
    const text = Array.from({length: any(60)}, word).join(' ');
    box(any(width), any(height), 60 + any(300), 20 + any(200), `font: ${8 + any(30)}px serif; color: ${colour()}; overflow: hidden`, text);
  }
  if (any(3) === 0) noise(any(width), any(height), 1 + any(150), 1 + any(150));
  Object.assign(window, {change: (next: number) => {
    const other = randomOf(next);
    const some = (max: number) => Math.floor(other() * max);
    for (let n = some(4); n >= 0; n--) {
      const sizes = [[1, 1], [2, 17], [some(60) + 1, some(30) + 1], [some(width) + 1, some(60) + 1], [width, height]];
      const [w = 1, h = 1] = sizes[some(12) === 0 ? 4 : some(4)] ?? [];
      const edges = [[0, 0], [width - w, 0], [0, height - h], [width - w, height - h], [0, some(height)], [width - w, some(height)], [some(width), 0], [some(width), height - h]];
      const [x = 0, y = 0] = some(3) === 0 ? edges[some(edges.length)] ?? [] : [some(width), some(height)];
      if (some(6) === 0) noise(x, y, Math.min(w, 200), Math.min(h, 200));
      else if (some(3) === 0) box(x, y, Math.max(w, 40), Math.max(h, 20), `color: ${colour()}; font: ${8 + some(20)}px sans-serif; overflow: hidden`, `${word()} ${word()}`);
      else box(x, y, w, h);
    }
  }});
}
