import {LiveViewError} from '../errors.js';
import type {Size} from '../protocol.js';
import {jpegProblem} from './jpeg.js';

/** How a snapshot is encoded. */
export interface SnapshotOptions {
  /** A MIME type; default `image/png`. */
  readonly type?: string;
  /** 0 to 1, for a lossy type. */
  readonly quality?: number;
}

/** Where a frame came from, to be told when it is done with. */
export interface FrameSource {
  frameDone(): void;
}

export interface Frame {
  readonly bytes: ArrayBuffer;
  /** Its number on its connection, counted from 1. */
  readonly number: number;
  readonly source: FrameSource;
  /** The viewport that it shows; null where the server has named none. */
  readonly viewport: Size | null;
}

export interface PainterEvents {
  readonly canvas: () => HTMLCanvasElement | undefined;
  onPainted(frame: Frame, size: Size, decodeMs: number): void;
  /** A frame will never be painted: a newer one came first, or it is bad. */
  onDropped(frame: Frame): void;
  /** `inARow` bad frames have come with no good one between them. */
  onBad(error: LiveViewError, inARow: number): void;
  /** Every frame so far is done with. */
  onIdle(): void;
}

/**
 * Paints the newest frame. One is decoded at a time, because decoders finish in any order; one waits, and is dropped
 * for a newer one. So what is painted is in order, and never further behind than one decode.
 */
export class FramePainter {
  readonly #events: PainterEvents;
  #waiting: Frame | undefined;
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
    return !this.#isDecoding && !this.#waiting;
  }

  /** Takes a frame that is newer than all before it. */
  push(frame: Frame): void {
    this.#dropWaiting();
    this.#waiting = frame;
    this.pump();
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
    this.#dropWaiting();
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
    const frame = this.#waiting;
    if (!canvas || !frame || this.#isHeld || this.#isDecoding) return;
    this.#waiting = undefined;
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
    const isSuperseded = this.#waiting !== undefined && this.#waiting.source !== frame.source;
    const isWanted = generation === this.#generation && !isSuperseded;
    // The next one is decoded while this one is painted.
    this.#isDecoding = false;
    this.pump();
    if (!isWanted) {
      this.#drop(frame);
    } else if (decoded instanceof BadFrame) {
      this.#reject(frame, decoded);
    } else {
      this.#paint(decoded, canvas);
      this.#events.onPainted(frame, {width: decoded.width, height: decoded.height}, decodeMs);
      frame.source.frameDone();
    }
    if (decoded instanceof ImageBitmap) decoded.close();
    if (this.isIdle) this.#events.onIdle();
  }

  #paint(bitmap: ImageBitmap, canvas: HTMLCanvasElement): void {
    const {width, height} = bitmap;
    this.#badInARow = 0;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    if (this.#size?.width !== width || this.#size.height !== height) this.#size = {width, height};
    canvas.getContext('2d', {alpha: false})?.drawImage(bitmap, 0, 0);
  }

  #reject(frame: Frame, {message, cause}: BadFrame): void {
    this.#drop(frame);
    this.#events.onBad(
      new LiveViewError('bad_frame', `Frame ${frame.number} could not be shown: ${message}.`, {cause}),
      ++this.#badInARow,
    );
  }

  #dropWaiting(): void {
    const frame = this.#waiting;
    this.#waiting = undefined;
    if (frame) this.#drop(frame);
  }

  #drop(frame: Frame): void {
    this.#events.onDropped(frame);
    frame.source.frameDone();
  }
}

class BadFrame extends Error {}

async function decode(bytes: ArrayBuffer): Promise<ImageBitmap | BadFrame> {
  const problem = jpegProblem(bytes);
  if (problem !== undefined) return new BadFrame(problem);
  return createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}))
    .catch((cause: unknown) => new BadFrame('it could not be decoded', {cause}));
}
