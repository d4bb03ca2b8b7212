import {MAX_FRAME_BYTES} from '../protocol.js';
import type {Frame, FrameSource} from './frame.js';

/** A server that waits for acks has two frames on their way. A server that has many more is asked for a whole frame instead. */
const MAX_WAITING = 64;

/**
 * The frames that wait for the decoder: the newest whole one, and the patches that came after it, in order. A whole
 * frame replaces all that wait. A patch is accepted only if its base is complete.
 */
export class FrameQueue {
  #waiting: Frame[] = [];
  /** The socket whose frames are accepted, and whether its patches are. If not, a whole frame has been requested. */
  #base: {readonly source: FrameSource; readonly isIntact: boolean} | undefined;

  /** The next frame. */
  get next(): Frame | undefined {
    return this.#waiting[0];
  }

  /** Removes and returns the next frame. */
  shift(): void {
    this.#waiting.shift();
  }

  /** Adds the newest frame, or returns why not. After a bad frame, one patch is refused, and the others are skipped. */
  push(frame: Frame): 'taken' | 'skipped' | 'no base' | 'full' {
    const {source} = frame;
    if (!frame.pieces) this.#base = {source, isIntact: true};
    else if (this.#base?.source !== source) return this.#refuse(source, 'no base');
    else if (!this.#base.isIntact) return 'skipped';
    else if (this.#isFull(frame)) return this.#refuse(source, 'full');
    this.#waiting.push(frame);
    return 'taken';
  }

  /** A frame was bad. Removes the patches that depend on it, and accepts no more of them before a whole frame. */
  spoil({source, pieces}: Frame): Frame[] {
    if (this.#base?.source !== source || (this.next && !this.next.pieces)) return [];
    this.#base = pieces && {source, isIntact: false};
    return this.clear();
  }

  /** Removes all frames that wait. */
  clear(): Frame[] {
    const frames = this.#waiting;
    this.#waiting = [];
    return frames;
  }

  /** No frame so far can be the base of a patch. */
  reset(): Frame[] {
    this.#base = undefined;
    return this.clear();
  }

  #refuse<Reason>(source: FrameSource, reason: Reason): Reason {
    this.#base = {source, isIntact: false};
    return reason;
  }

  #isFull({bytes}: Frame): boolean {
    const waitingBytes = this.#waiting.reduce((sum, {bytes}) => sum + bytes.byteLength, bytes.byteLength);
    return this.#waiting.length >= MAX_WAITING || waitingBytes > 2 * MAX_FRAME_BYTES;
  }
}
