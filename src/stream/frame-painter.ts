import type {Size} from '../protocol.js';
import {BadFrame} from './decode.js';
import type {Decode, Decoded} from './decode.js';
import type {Frame} from './frame.js';
import {FrameQueue} from './frame-queue.js';
import {piecesProblem} from './pieces.js';
import type {SnapshotOptions} from './snapshot.js';

/** The page's own, or one that was transferred to the worker. */
export type PainterCanvas = HTMLCanvasElement | OffscreenCanvas;

type PainterContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface PainterEvents {
  /** `size` is the picture's, also where only pieces of it were painted. */
  onPainted(frame: Frame, size: Size, decodeMs: number): void;
  /** A frame will never be painted: a newer one came first, or it is bad. */
  onDropped(frame: Frame): void;
  /** `inARow` bad frames have come with no good one between them. */
  onBad(frame: Frame, problem: string, cause: unknown, inARow: number): void;
  /** Every frame so far is done with. */
  onIdle(): void;
}

/**
 * Paints the newest frame. One is decoded at a time, because decoders finish in any order; the newest whole one waits,
 * with the patches that came after it, and all are dropped for a newer whole one. So what is painted is in order, and
 * never further behind than one decode and the patches on their way.
 */
export class FramePainter {
  readonly #decode: Decode;
  readonly #events: PainterEvents;
  #canvas: PainterCanvas | undefined;
  /** Asked for once: Firefox flickers where each paint asks anew. */
  #context: PainterContext | null = null;
  readonly #queue = new FrameQueue();
  #isDecoding = false;
  #isHeld = false;
  /** Grows when everything so far is of no interest any more, also to the decode that is under way. */
  #generation = 0;
  #badInARow = 0;
  /** The last whole frame on the canvas, and whether there are patches on it. */
  #whole: Frame | undefined;
  #isPatched = false;
  /** The size of the picture on the canvas, in pixels; null while there is none. */
  #size: Size | null = null;

  constructor(decode: Decode, events: PainterEvents) {
    this.#decode = decode;
    this.#events = events;
  }

  /** Paints on this one from now on. */
  setCanvas(canvas: PainterCanvas): void {
    this.#canvas = canvas;
    const target: EventTarget = canvas;
    // The graphics process has gone and is back: Chromium gives an empty canvas, and a session at rest sends nothing.
    target.addEventListener('contextrestored', () => void this.#restore());
    this.#context = isOffscreen(canvas) ? canvas.getContext('2d', {alpha: false}) : canvas.getContext('2d', {alpha: false});
    this.#pump();
  }

  /** Whether every frame so far is done with. */
  get isIdle(): boolean {
    return !this.#isDecoding && !this.#queue.next;
  }

  /** Takes a frame that is newer than all before it. */
  push(frame: Frame): void {
    if (!frame.pieces) this.#drop(this.#queue.clear());
    const result = this.#queue.push(frame);
    if (result === 'taken') this.#pump();
    else if (result === 'skipped') this.#drop([frame]);
    else this.#reject(frame, new BadFrame(result === 'full' ? 'too many wait before it' : 'the picture that it is a change of is missing'));
  }

  /** While held nothing is decoded; the newest frame waits. */
  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#pump();
  }

  /** Forgets every frame that is not on the canvas yet. */
  reset(): void {
    this.#generation++;
    this.#badInARow = 0;
    this.#drop(this.#queue.reset());
  }

  /** Takes the picture away. */
  clear(): void {
    const canvas = this.#canvas;
    // What is on the page still shows the last picture of a transferred canvas that has become of no size, in Chromium.
    if (canvas && this.#size) canvas.width = canvas.height = isOffscreen(canvas) ? 1 : 0;
    this.#size = null;
    this.#whole = undefined;
    this.repaint();
  }

  /** Draws the picture once more, as it is. */
  repaint(): void {
    const canvas = this.#canvas;
    if (canvas?.width) this.#context?.drawImage(canvas, 0, 0);
  }

  /** The picture as an image. @throws {DOMException} when there is none, or it could not be encoded. */
  async snapshot(options: SnapshotOptions): Promise<Blob | null> {
    const canvas = this.#canvas;
    if (!canvas || !this.#size) return null;
    return isOffscreen(canvas) ? canvas.convertToBlob(options) : new Promise((resolve) => canvas.toBlob(resolve, options.type, options.quality));
  }

  /** Paints the last picture again; after patches, which are not kept, a whole one is asked for. */
  async #restore(): Promise<void> {
    const whole = this.#whole;
    if (!whole) return;
    const decoded = await this.#decode(whole.bytes);
    if (!('image' in decoded)) return;
    if (whole === this.#whole) this.#context?.drawImage(decoded.image, 0, 0);
    decoded.image.close();
    if (whole === this.#whole && this.#isPatched) whole.source.refresh();
  }

  /** Starts on the waiting frame if nothing stands in its way. */
  #pump(): void {
    const canvas = this.#canvas;
    const frame = this.#queue.next;
    if (!canvas || !frame || this.#isHeld || this.#isDecoding) return;
    this.#queue.shift();
    this.#isDecoding = true;
    void this.#show(frame, canvas);
  }

  async #show(frame: Frame, canvas: PainterCanvas): Promise<void> {
    const generation = this.#generation;
    const startMs = performance.now();
    const decoded = await this.#decode(frame.bytes);
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
    this.#pump();
    if ('image' in decoded) {
      if (isWanted && !bad) this.#paint(frame, decoded, canvas, decodeMs);
      decoded.image.close();
    }
    if (this.isIdle) this.#events.onIdle();
  }

  #paint(frame: Frame, {image, width, height}: Decoded, canvas: PainterCanvas, decodeMs: number): void {
    this.#badInARow = 0;
    this.#isPatched = frame.pieces !== undefined;
    if (!frame.pieces) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      if (this.#size?.width !== width || this.#size.height !== height) this.#size = {width, height};
      this.#context?.drawImage(image, 0, 0);
      this.#whole = frame;
    } else if (frame.pieces !== 'unreadable') {
      for (const [sx, sy, width, height, x, y] of frame.pieces) this.#context?.drawImage(image, sx, sy, width, height, x, y, width, height);
    }
    if (this.#size) this.#events.onPainted(frame, this.#size, decodeMs);
    frame.source.frameDone();
  }

  #badPieces({pieces}: Frame, decoded: Decoded): BadFrame | undefined {
    const problem = pieces && piecesProblem(pieces, decoded, this.#size);
    return problem ? new BadFrame(problem) : undefined;
  }

  /** What came after a bad frame goes the same way, up to a whole one; and that is asked for where patches are sent. */
  #reject(frame: Frame, {message, cause}: BadFrame): void {
    this.#drop([frame]);
    if (frame.pieces) frame.source.refresh();
    for (const orphan of this.#queue.spoil(frame)) this.push(orphan);
    this.#events.onBad(frame, message, cause, ++this.#badInARow);
  }

  #drop(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.#events.onDropped(frame);
      frame.source.frameDone();
    }
  }
}

function isOffscreen(canvas: PainterCanvas): canvas is OffscreenCanvas {
  return 'convertToBlob' in canvas;
}
