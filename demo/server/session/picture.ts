import type {Size} from 'chaser-live-view/protocol';
import type {CdpConnection} from './cdp.js';
import type {Page} from './page.js';
import {type Frame, Screencast, type ScreencastOptions} from './screencast.js';

export interface PictureListener {
  readonly onFrame: (frame: Frame) => void;
  /** The viewport of the frames that follow. */
  readonly onViewport: (viewport: Size) => void;
}

/** The picture of the active page. The screencast runs only while somebody watches. */
export class Picture {
  /** In CSS pixels. */
  viewport: Size;
  readonly #connection: CdpConnection;
  readonly #options: ScreencastOptions;
  readonly #listener: PictureListener;
  #page: Page | undefined;
  #isWatched = false;
  #cast: Screencast | undefined;
  #last: Buffer | undefined;
  /** Whether the last picture comes from the running screencast. Another one may be an hour old. */
  #isFresh = false;

  constructor(connection: CdpConnection, options: ScreencastOptions, viewport: Size, listener: PictureListener) {
    this.#connection = connection;
    this.#options = options;
    this.viewport = viewport;
    this.#listener = listener;
  }

  /** The current picture. Undefined if a frame is still to come. */
  get newest(): Buffer | undefined {
    return this.#isFresh ? this.#last : undefined;
  }

  /** The last picture, however old. */
  get last(): Buffer | undefined {
    return this.#last;
  }

  setPage(page: Page | undefined): void {
    if (page === this.#page) return;
    this.#page = page;
    this.#last = undefined;
    this.#restart();
  }

  /** Sets a page's viewport, in CSS pixels. While somebody watches, the frames tell the viewport. */
  setViewport(page: Page, viewport: Size): void {
    if (page === this.#page && !this.#isWatched) this.viewport = viewport;
  }

  setWatched(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.#restart();
  }

  #restart(): void {
    this.#cast?.stop();
    this.#cast = undefined;
    this.#isFresh = false;
    if (!this.#page || !this.#isWatched) return;
    this.#cast = new Screencast(this.#connection, this.#page.targetId, this.#options, {
      onFrame: (frame) => this.#show(frame),
      onStuck: () => this.#restart(),
    });
  }

  #show(frame: Frame): void {
    const {deviceWidth: width, deviceHeight: height} = frame.metadata;
    this.#last = frame.jpeg;
    this.#isFresh = true;
    if (width !== this.viewport.width || height !== this.viewport.height) {
      this.viewport = {width, height};
      this.#listener.onViewport(this.viewport);
    }
    this.#listener.onFrame(frame);
  }
}
