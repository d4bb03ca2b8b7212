import {MAX_FRAME_BYTES} from '../protocol.js';
import type {Frame, FrameSource} from './frame.js';

/** A server that waits for acks has two frames on their way. One that has many more is asked for a whole frame instead. */
const MAX_WAITING = 64;

/**
 * The frames that wait for the decoder: the newest whole one, and the patches that came after it, in their order. A whole
 * frame takes the place of all that wait. A patch is only taken where nothing is missing that it is relative to.
 */
export class FrameQueue {
  #waiting: Frame[] = [];
  /** The socket whose frames are taken, and whether a patch of it may be; else a whole frame has been asked for. */
  #base: {readonly source: FrameSource; readonly isIntact: boolean} | undefined;

  /** The one that is next. */
  get next(): Frame | undefined {
    return this.#waiting[0];
  }

  /** Takes the next one out. */
  shift(): void {
    this.#waiting.shift();
  }

  /** Takes the newest frame, or says why not. Of the frames after it one is refused, and the rest skipped. */
  push(frame: Frame): 'taken' | 'skipped' | 'no base' | 'full' {
    const {source} = frame;
    if (!frame.pieces) this.#base = {source, isIntact: true};
    else if (this.#base?.source !== source) return this.#refuse(source, 'no base');
    else if (!this.#base.isIntact) return 'skipped';
    else if (this.#isFull(frame)) return this.#refuse(source, 'full');
    this.#waiting.push(frame);
    return 'taken';
  }

  /** A frame was bad. Takes out what was relative to it, and takes no more of that kind before a whole frame. */
  spoil({source, pieces}: Frame): Frame[] {
    if (this.#base?.source !== source || (this.next && !this.next.pieces)) return [];
    this.#base = pieces && {source, isIntact: false};
    return this.clear();
  }

  /** Takes all out that wait. */
  clear(): Frame[] {
    const frames = this.#waiting;
    this.#waiting = [];
    return frames;
  }

  /** Nothing so far is a base for what comes. */
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
