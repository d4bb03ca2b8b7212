import type {CdpMethod, CdpParams, CdpSession} from '../cdp.js';
import type {Page} from '../page.js';
import type {FrameMetadata} from '../screencast.js';
import {Backlog} from './backlog.js';
import {patiently} from './task-queue.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The position of a pointer that has left the page. */
export const OUTSIDE_PX = -5;

/**
 * The kind of a command. Typed text goes to the element that a press has focused, so typing waits for presses. The end of a drag waits
 * for its moves.
 */
type Device = 'press' | 'drag' | 'keyboard';

/** Sends input to the active page, as the picture shows it. Commands are sent in order and not awaited. */
export class InputTarget {
  readonly #unanswered: Record<Device, Set<Promise<unknown>>> = {press: new Set(), drag: new Set(), keyboard: new Set()};
  #backlog = new Backlog();
  #page: Page | undefined;
  #unfollow: readonly (() => void)[] = [];
  #scale = 1;
  #seenScale = 1;
  #measured: Promise<void> | undefined;
  #offsetTop = 0;

  get page(): Page | undefined {
    return this.#page;
  }

  /** The unanswered commands of the active page. */
  get backlog(): Backlog {
    return this.#backlog;
  }

  setPage(page: Page | undefined): void {
    this.#backlog.drop();
    this.#backlog = new Backlog();
    for (const unfollow of this.#unfollow) unfollow();
    this.#page = page;
    this.#measured = undefined;
    // Each document has its own scale, on a phone for example, and gets input before the first frame that reports the scale.
    this.#unfollow = (['Page.frameNavigated', 'Page.domContentEventFired', 'Page.loadEventFired'] as const)
      .flatMap((name) => page ? [page.session.on(name, () => this.#measure())] : []);
    this.#measure();
  }

  /** Viewers see this frame now. Its metadata may be of an earlier document, so the page itself is asked. */
  setPicture({pageScaleFactor, offsetTop}: FrameMetadata): void {
    this.#offsetTop = offsetTop;
    if (pageScaleFactor === this.#seenScale) return;
    this.#seenScale = pageScaleFactor;
    this.#measure();
  }

  /** Resolves when the page's layout is known. Undefined if it is known already. */
  get measured(): Promise<void> | undefined {
    return this.#measured;
  }

  #measure(): void {
    const page = this.#page;
    if (!page) return;
    const measured = patiently(page.session.send('Page.getLayoutMetrics').then(({cssVisualViewport: {scale}}) => {
      if (page === this.#page) this.#scale = scale || 1;
    })).then(() => {
      if (this.#measured === measured) this.#measured = undefined;
    });
    this.#measured = measured;
  }

  /** Converts a point of the picture to CDP's coordinates: on a pinch-zoomed page, these are the page's pixels, not the screen's. */
  toPage({x, y}: Point): Point {
    return {x: x / this.#scale, y: (y - this.#offsetTop) / this.#scale};
  }

  /** The same for a point of a cross-process frame, whose CDP session takes the screen's pixels for the frame's. */
  toFrameSession({x, y}: Point): Point {
    return {x: x / this.#scale, y: y / this.#scale};
  }

  post<Method extends CdpMethod>(device: Device | undefined, session: CdpSession | undefined, method: Method, ...params: CdpParams<Method>): void {
    if (!session) return;
    const answer = session.send(method, ...params).catch(() => {});
    this.#backlog.add(answer, textLengthOf(params[0]));
    if (!device) return;
    const unanswered = this.#unanswered[device];
    unanswered.add(answer);
    void answer.then(() => unanswered.delete(answer));
  }

  /** Resolves when the page has handled everything from these devices. Undefined if it has already. */
  settled(...devices: readonly Device[]): Promise<void> | undefined {
    const sets = devices.map((device) => this.#unanswered[device]);
    if (sets.every(({size}) => size === 0)) return undefined;
    const answers = sets.flatMap((set) => [...set]);
    return patiently(Promise.all(answers)).then(() => {
      // Commands that a page did not answer in time are not awaited again.
      for (const answer of answers) for (const set of sets) set.delete(answer);
    });
  }
}

function textLengthOf(params: object | undefined): number {
  return params && 'text' in params && typeof params.text === 'string' ? params.text.length : 0;
}
