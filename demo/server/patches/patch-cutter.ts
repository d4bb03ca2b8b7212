import {MAX_FRAME_PIXELS} from 'chaser-live-view/protocol';
import {compare} from './compare.js';
import {cutPatch, type Patch} from './cut.js';
import {readJpeg} from './jpeg.js';
import {Scan} from './scan.js';

/** What to send for a frame to a viewer who has an earlier frame: a patch, nothing (`same`), or the whole frame. */
export type Cut = Patch | 'same' | 'whole';

/** A patch that is larger than this share of the frame is not worth sending. */
const MAX_PATCH_SHARE = 2 / 3;
/** How many frames are kept. A viewer who is further behind gets a whole frame. */
const MAX_FRAMES = 64;
const MAX_PIXELS = 2 * MAX_FRAME_PIXELS;

interface KnownFrame {
  readonly bytes: Uint8Array;
  readonly scan: Scan | undefined;
}

/** Keeps the newest frames, and cuts out of a frame what has changed since another frame. */
export class PatchCutter {
  /** The frame that was used last comes last. */
  readonly #frames = new Map<number, KnownFrame>();

  /** Adds a frame, under a unique id. */
  add(id: number, bytes: Uint8Array): void {
    const jpeg = readJpeg(bytes);
    this.#frames.set(id, {bytes, scan: jpeg && new Scan(jpeg)});
    this.#forget();
  }

  cut(baseId: number, frameId: number): Cut {
    const [base, frame] = [this.#use(baseId), this.#use(frameId)];
    if (!base || !frame) return 'whole';
    if (isSame(base.bytes, frame.bytes)) return 'same';
    const changes = base.scan && frame.scan && compare(base.scan, frame.scan);
    if (!changes || !frame.scan) return 'whole';
    if (!changes.changed.includes(1)) return 'same';
    const patch = cutPatch(frame.scan, changes);
    return patch && patch.jpeg.length < frame.bytes.length * MAX_PATCH_SHARE ? patch : 'whole';
  }

  #use(id: number): KnownFrame | undefined {
    const frame = this.#frames.get(id);
    this.#frames.delete(id);
    if (frame) this.#frames.set(id, frame);
    return frame;
  }

  #forget(): void {
    let pixels = 0;
    for (const {scan} of this.#frames.values()) pixels += scan ? scan.jpeg.width * scan.jpeg.height : 0;
    for (const [id, {scan}] of this.#frames) {
      if (this.#frames.size <= MAX_FRAMES && pixels <= MAX_PIXELS) return;
      this.#frames.delete(id);
      pixels -= scan ? scan.jpeg.width * scan.jpeg.height : 0;
    }
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0;
}
