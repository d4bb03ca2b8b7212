import type {Page} from 'playwright/test';

/** A person in front of a page: its own input, at places that are relative to what they look at. */
export class Person {
  readonly #page: Page;
  readonly #left: number;
  readonly #top: number;
  readonly #pause: () => Promise<void>;

  /** `pause` waits until all that was done has arrived. */
  static at(page: Page, [left, top]: readonly [number, number], pause: () => Promise<void>): Person {
    return new Person(page, left, top, pause);
  }

  constructor(page: Page, left: number, top: number, pause: () => Promise<void>) {
    this.#page = page;
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
    await this.#pause();
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
