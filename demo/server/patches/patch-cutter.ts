import {MAX_FRAME_PIXELS} from 'chaser-live-view/protocol';
import {compare} from './compare.js';
import {cutPatch, type Patch} from './cut.js';
import {readJpeg} from './jpeg.js';
import {Scan} from './scan.js';

/** What a viewer who has one frame is to get for another: what has changed, nothing, or all of it. */
export type Cut = Patch | 'same' | 'whole';

/** A larger patch is of no use. */
const MAX_PATCH_SHARE = 2 / 3;
/** Frames that are kept, for viewers who have them; of those of a viewer who is further behind nothing is known any more. */
const MAX_FRAMES = 64;
const MAX_PIXELS = 2 * MAX_FRAME_PIXELS;

interface KnownFrame {
  readonly bytes: Uint8Array;
  readonly scan: Scan | undefined;
}

/** Knows the newest frames, and cuts out of one what has changed since another. */
export class PatchCutter {
  /** The one that was of use last comes last. */
  readonly #frames = new Map<number, KnownFrame>();

  /** Takes a frame, by a number that no other one has. */
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
