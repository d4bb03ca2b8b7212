import type {Seat, Viewer} from './viewer.js';

const TIMEOUT_MS = 5_000;

export interface ScreenshotOptions {
  readonly join: (viewer: Viewer) => Seat;
  /** The last picture, if there was any. */
  readonly last: () => Buffer | undefined;
}

/**
 * The newest picture, a JPEG: the first picture that a new viewer would get.
 * @throws {Error} when there is no picture.
 */
export function takeScreenshot({join, last}: ScreenshotOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const finish = (jpeg: Buffer | undefined) => {
      clearTimeout(timer);
      queueMicrotask(() => seat.leave());
      if (jpeg) resolve(jpeg);
      else reject(new Error('The session shows no picture.'));
    };
    // A page with an open dialog does not paint, so its last picture is the newest.
    const timer = setTimeout(() => finish(last()), TIMEOUT_MS);
    const seat = join({isWatchOnly: true, show: finish, tell: () => {}, end: () => finish(undefined)});
  });
}
