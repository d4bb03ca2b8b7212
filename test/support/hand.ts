import type {CDPSession, Page} from 'playwright/test';
import type {Picture, Point} from './picture.js';

/** A person's hand at the live view. Points are in pixels of the picture. */
export abstract class Hand {
  protected readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Moves to a point and clicks there. */
  abstract click(picture: Size, point: Point): Promise<void>;

  /** Moves to a point, presses, and releases at another point. */
  abstract drag(picture: Size, from: Point, to: Point): Promise<void>;

  /** Where a pixel of the picture is in the page. Waits while the stream is stalled, as a person would. */
  protected async place({width, height}: Size, {x, y}: Point): Promise<Point> {
    await this.page.locator('chaser-live-view:state(live)').waitFor();
    const box = await this.page.locator('chaser-live-view').evaluate((view) => {
      const canvas = view.shadowRoot?.querySelector('canvas');
      canvas?.scrollIntoView({block: 'nearest'});
      return canvas?.getBoundingClientRect().toJSON();
    });
    const scale = Math.min(box.width / width, box.height / height);
    return {
      x: box.x + (box.width - width * scale) / 2 + (x + 0.5) * scale,
      y: box.y + (box.height - height * scale) / 2 + (y + 0.5) * scale,
    };
  }

  /** Moves like a hand, with one point for each animation frame: slow, fast, slow, and never quite straight. */
  protected async follow(from: Point, to: Point, move: (point: Point) => Promise<void>): Promise<void> {
    const steps = Math.round(12 + Math.hypot(to.x - from.x, to.y - from.y) / 30);
    for (let step = 1; step <= steps; step++) {
      const time = step / steps;
      const part = time ** 3 * (10 - 15 * time + 6 * time ** 2);
      const sway = step === steps ? 0 : Math.sin(time * Math.PI) * 3 + Math.sin(step * 2.3) * 0.6;
      await move({x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part + sway});
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }
}

type Size = Pick<Picture, 'width' | 'height'>;

export class MouseHand extends Hand {
  #at: Point = {x: 5, y: 5};

  async click(picture: Size, point: Point): Promise<void> {
    await this.#goTo(await this.place(picture, point));
    await this.page.mouse.down();
    await this.page.mouse.up();
  }

  async drag(picture: Size, from: Point, to: Point): Promise<void> {
    await this.#goTo(await this.place(picture, from));
    await this.page.mouse.down();
    await this.#goTo(await this.place(picture, to));
    await this.page.mouse.up();
  }

  async #goTo(to: Point): Promise<void> {
    await this.follow(this.#at, to, ({x, y}) => this.page.mouse.move(x, y));
    this.#at = to;
  }
}

/** A hand with one finger on a touch screen. */
export class FingerHand extends Hand {
  #session: Promise<CDPSession> | undefined;

  async click(picture: Size, point: Point): Promise<void> {
    const place = await this.place(picture, point);
    // Waiting for a reply in between would make the tap a long press on a busy machine.
    await Promise.all([this.#touch('touchStart', place), this.#touch('touchEnd')]);
  }

  /** Moves two fingers around a point from one distance to another. */
  async pinch(picture: Size, point: Point, fromPx: number, toPx: number): Promise<void> {
    const {x, y} = await this.place(picture, point);
    // The page may have been scrolled. Touches go to what was painted last.
    await this.page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
    const at = (px: number) => [{x: x - px / 2, y}, {x: x + px / 2, y}];
    await Promise.all([
      this.#touch('touchStart', ...at(fromPx)),
      ...Array.from({length: 8}, (_, step) => this.#touch('touchMove', ...at(fromPx + (toPx - fromPx) * (step + 1) / 8))),
      this.#touch('touchEnd'),
    ]);
  }

  async drag(picture: Size, from: Point, to: Point): Promise<void> {
    const start = await this.place(picture, from);
    await this.#touch('touchStart', start);
    await this.follow(start, await this.place(picture, to), (point) => this.#touch('touchMove', point));
    await this.#touch('touchEnd');
  }

  async #touch(type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: readonly Point[]): Promise<void> {
    const session = await (this.#session ??= this.page.context().newCDPSession(this.page));
    const touchPoints = points.map(({x, y}, id) => ({x, y, id, radiusX: 9, radiusY: 11, force: 0.6}));
    await session.send('Input.dispatchTouchEvent', {type, touchPoints});
  }
}
