import {LiveViewError} from '../errors.js';
import type {Size} from '../protocol.js';
import type {Frame} from './frame.js';
import {FrameQueue} from './frame-queue.js';
import {jpegProblem} from './jpeg.js';
import {piecesProblem} from './pieces.js';

/** How a snapshot is encoded. */
export interface SnapshotOptions {
  /** A MIME type; default `image/png`. */
  readonly type?: string;
  /** 0 to 1, for a lossy type. */
  readonly quality?: number;
}

export interface PainterEvents {
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** `size` is the picture's, also where only pieces of it were painted. */
  onPainted(frame: Frame, size: Size, decodeMs: number): void;
  /** A frame will never be painted: a newer one came first, or it is bad. */
  onDropped(frame: Frame): void;
  /** `inARow` bad frames have come with no good one between them. */
  onBad(error: LiveViewError, inARow: number): void;
  /** Every frame so far is done with. */
  onIdle(): void;
}

/**
 * Paints the newest frame. One is decoded at a time, because decoders finish in any order; the newest whole one waits,
 * with the patches that came after it, and all are dropped for a newer whole one. So what is painted is in order, and
 * never further behind than one decode and the patches on their way.
 */
export class FramePainter {
  readonly #events: PainterEvents;
  readonly #queue = new FrameQueue();
  #isDecoding = false;
  #isHeld = false;
  /** Grows when everything so far is of no interest any more, also to the decode that is under way. */
  #generation = 0;
  #badInARow = 0;
  /** The size of the picture on the canvas, in pixels; null while there is none. */
  #size: Size | null = null;

  constructor(events: PainterEvents) {
    this.#events = events;
  }

  /** Whether every frame so far is done with. */
  get isIdle(): boolean {
    return !this.#isDecoding && !this.#queue.next;
  }

  /** Takes a frame that is newer than all before it. */
  push(frame: Frame): void {
    if (!frame.pieces) this.#drop(this.#queue.clear());
    const result = this.#queue.push(frame);
    if (result === 'taken') this.pump();
    else if (result === 'skipped') this.#drop([frame]);
    else this.#reject(frame, new BadFrame(result === 'full' ? 'too many wait before it' : 'the picture that it is a change of is missing'));
  }

  /** While held nothing is decoded; the newest frame waits. */
  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.pump();
  }

  /** Forgets every frame that is not on the canvas yet. */
  reset(): void {
    this.#generation++;
    this.#badInARow = 0;
    this.#drop(this.#queue.reset());
  }

  /** Takes the picture away too. */
  clear(): void {
    this.reset();
    const canvas = this.#events.canvas();
    if (canvas && this.#size) canvas.width = canvas.height = 0;
    this.#size = null;
  }

  /** Starts on the waiting frame if nothing stands in its way. */
  pump(): void {
    const canvas = this.#events.canvas();
    const frame = this.#queue.next;
    if (!canvas || !frame || this.#isHeld || this.#isDecoding) return;
    this.#queue.shift();
    this.#isDecoding = true;
    void this.#show(frame, canvas);
  }

  /**
   * The picture on the canvas as an image.
   * @throws {DOMException} `InvalidStateError` while there is no picture, `EncodingError` when it could not be encoded.
   */
  async snapshot({type, quality}: SnapshotOptions): Promise<Blob> {
    const canvas = this.#events.canvas();
    if (!canvas || !this.#size) throw new DOMException('There is no picture yet.', 'InvalidStateError');
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
    if (!blob) throw new DOMException('The picture could not be encoded.', 'EncodingError');
    return blob;
  }

  async #show(frame: Frame, canvas: HTMLCanvasElement): Promise<void> {
    const generation = this.#generation;
    const startMs = performance.now();
    const decoded = await decode(frame.bytes);
    const decodeMs = performance.now() - startMs;
    // Once a new socket has sent a frame, nothing of an old one is painted.
    const isSuperseded = this.#queue.next !== undefined && this.#queue.next.source !== frame.source;
    const isWanted = generation === this.#generation && !isSuperseded;
    // All before it are painted by now: what its pieces belong on is there.
    const bad = decoded instanceof BadFrame ? decoded : this.#badPieces(frame, decoded);
    this.#isDecoding = false;
    if (!isWanted) this.#drop([frame]);
    else if (bad) this.#reject(frame, bad);
    // The next one is decoded while this one is painted.
    this.pump();
    if (decoded instanceof ImageBitmap) {
      if (isWanted && !bad) this.#paint(frame, decoded, canvas, decodeMs);
      decoded.close();
    }
    if (this.isIdle) this.#events.onIdle();
  }

  #paint(frame: Frame, bitmap: ImageBitmap, canvas: HTMLCanvasElement, decodeMs: number): void {
    this.#badInARow = 0;
    const context = canvas.getContext('2d', {alpha: false});
    if (!frame.pieces) {
      const {width, height} = bitmap;
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      if (this.#size?.width !== width || this.#size.height !== height) this.#size = {width, height};
      context?.drawImage(bitmap, 0, 0);
    } else if (frame.pieces !== 'unreadable') {
      for (const [sx, sy, width, height, x, y] of frame.pieces) context?.drawImage(bitmap, sx, sy, width, height, x, y, width, height);
    }
    if (this.#size) this.#events.onPainted(frame, this.#size, decodeMs);
    frame.source.frameDone();
  }

  #badPieces({pieces}: Frame, bitmap: ImageBitmap): BadFrame | undefined {
    const problem = pieces && piecesProblem(pieces, bitmap, this.#size);
    return problem ? new BadFrame(problem) : undefined;
  }

  /** What came after a bad frame goes the same way, up to a whole one; and that is asked for where patches are sent. */
  #reject(frame: Frame, {message, cause}: BadFrame): void {
    this.#drop([frame]);
    if (frame.pieces) frame.source.refresh();
    for (const orphan of this.#queue.spoil(frame)) this.push(orphan);
    this.#events.onBad(
      new LiveViewError('bad_frame', `Frame ${frame.number} could not be shown: ${message}.`, {cause}),
      ++this.#badInARow,
    );
  }

  #drop(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.#events.onDropped(frame);
      frame.source.frameDone();
    }
  }
}

class BadFrame extends Error {}

async function decode(bytes: ArrayBuffer): Promise<ImageBitmap | BadFrame> {
  const problem = jpegProblem(bytes);
  if (problem !== undefined) return new BadFrame(problem);
  return createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}))
    .catch((cause: unknown) => new BadFrame('it could not be decoded', {cause}));
}
