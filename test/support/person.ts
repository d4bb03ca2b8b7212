import type {CDPSession, Page} from 'playwright/test';

type Place = readonly [x: number, y: number];
/** One touch command, with the points of the fingers. A finger's id is its index in the list. */
export type Touching = readonly [type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel', ...fingers: readonly Place[]];

/** A person in front of a page. Points are relative to what the person looks at. */
export class Person {
  readonly #page: Page;
  readonly #cdp: CDPSession;
  readonly #left: number;
  readonly #top: number;
  readonly #pause: (type?: string) => Promise<void>;

  /** `pause` waits until all input has arrived. With a type, it waits for an event of that type. */
  static async at(page: Page, [left, top]: Place, pause: (type?: string) => Promise<void>): Promise<Person> {
    return new Person(page, await page.context().newCDPSession(page), left, top, pause);
  }

  constructor(page: Page, cdp: CDPSession, left: number, top: number, pause: (type?: string) => Promise<void>) {
    this.#page = page;
    this.#cdp = cdp;
    this.#left = left;
    this.#top = top;
    this.#pause = pause;
  }

  async move(x: number, y: number): Promise<void> {
    await this.#page.mouse.move(this.#left + x, this.#top + y);
    await this.#pause();
  }

  async press(button: 'left' | 'middle' | 'right' = 'left', clickCount = 1): Promise<void> {
    await this.#page.mouse.down({button, clickCount});
    await this.#pause();
  }

  async lift(button: 'left' | 'middle' | 'right' = 'left', clickCount = 1): Promise<void> {
    await this.#page.mouse.up({button, clickCount});
    await this.#pause();
  }

  async click(button: 'left' | 'middle' | 'right' = 'left', clickCount = 1): Promise<void> {
    await this.press(button, clickCount);
    await this.lift(button, clickCount);
  }

  async wheel(deltaX: number, deltaY: number): Promise<void> {
    await this.#page.mouse.wheel(deltaX, deltaY);
    await this.#pause('scroll');
  }

  /** Performs touch commands without delay, and waits for an event of a type. */
  async touch(type: string, ...touchings: readonly Touching[]): Promise<void> {
    await this.touchOnly(...touchings);
    await this.#pause(type);
  }

  /** The same without waiting for an event. */
  async touchOnly(...touchings: readonly Touching[]): Promise<void> {
    await Promise.all(touchings.map(([type, ...fingers]) => this.#cdp.send('Input.dispatchTouchEvent', {
      type, touchPoints: fingers.map(([x, y], id) => ({x: this.#left + x, y: this.#top + y, id, radiusX: 9, radiusY: 11, rotationAngle: 20, force: 0.5})),
    })));
  }

  async keyDown(key: string): Promise<void> {
    await this.#page.keyboard.down(key);
    await this.#pause();
  }

  async keyUp(key: string): Promise<void> {
    await this.#page.keyboard.up(key);
    await this.#pause();
  }

  async key(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.keyDown(key);
      await this.keyUp(key);
    }
  }
}
