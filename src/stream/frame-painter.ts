import type {Size} from '../protocol.js';
import {BadFrame} from './decode.js';
import type {Decode, Decoded} from './decode.js';
import type {Frame} from './frame.js';
import {FrameQueue} from './frame-queue.js';
import {piecesProblem} from './pieces.js';
import type {SnapshotOptions} from './snapshot.js';

/** The page's canvas, or one that was transferred to the worker. */
export type PainterCanvas = HTMLCanvasElement | OffscreenCanvas;

type PainterContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface PainterEvents {
  /** `size` is the picture's size, even if only pieces of it were painted. */
  onPainted(frame: Frame, size: Size, decodeMs: number): void;
  /** A frame was dropped, because a newer one came first or because it is bad. */
  onDropped(frame: Frame): void;
  /** `inARow` bad frames came without a good one between them. */
  onBad(frame: Frame, problem: string, cause: unknown, inARow: number): void;
  /** Every frame so far was painted or dropped. */
  onIdle(): void;
}

/**
 * Paints the newest frame. Decodes one frame at a time, because decoders finish in any order. The newest whole frame waits,
 * with the patches that came after it, and a newer whole frame replaces them all. So frames are painted in order, and the picture is
 * never more than one decode behind, plus the patches on their way.
 */
export class FramePainter {
  readonly #decode: Decode;
  readonly #events: PainterEvents;
  #canvas: PainterCanvas | undefined;
  /** Requested once, because Firefox flickers if each paint requests it again. */
  #context: PainterContext | null = null;
  readonly #queue = new FrameQueue();
  #isDecoding = false;
  #isHeld = false;
  /** Increases when all frames so far become invalid, including the one being decoded. */
  #generation = 0;
  #badInARow = 0;
  /** The last whole frame on the canvas, and whether patches were painted on it. */
  #whole: Frame | undefined;
  #isPatched = false;
  /** The size of the picture on the canvas, in pixels. Null while there is none. */
  #size: Size | null = null;

  constructor(decode: Decode, events: PainterEvents) {
    this.#decode = decode;
    this.#events = events;
  }

  /** Paints on this canvas from now on. */
  setCanvas(canvas: PainterCanvas): void {
    this.#canvas = canvas;
    const target: EventTarget = canvas;
    // The GPU process was restarted: Chromium leaves an empty canvas, and a session at rest sends no frame.
    target.addEventListener('contextrestored', () => void this.#restore());
    this.#context = isOffscreen(canvas) ? canvas.getContext('2d', {alpha: false}) : canvas.getContext('2d', {alpha: false});
    this.#pump();
  }

  /** Whether every frame so far was painted or dropped. */
  get isIdle(): boolean {
    return !this.#isDecoding && !this.#queue.next;
  }

  /** Takes a frame, which is newer than all before it. */
  push(frame: Frame): void {
    if (!frame.pieces) this.#drop(this.#queue.clear());
    const result = this.#queue.push(frame);
    if (result === 'taken') this.#pump();
    else if (result === 'skipped') this.#drop([frame]);
    else this.#reject(frame, new BadFrame(result === 'full' ? 'too many wait before it' : 'the picture that it is a change of is missing'));
  }

  /** While held, nothing is decoded, and the newest frame waits. */
  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#pump();
  }

  /** Drops every frame that is not on the canvas yet. */
  reset(): void {
    this.#generation++;
    this.#badInARow = 0;
    this.#drop(this.#queue.reset());
  }

  /** Removes the picture. */
  clear(): void {
    const canvas = this.#canvas;
    // In Chromium, a transferred canvas of size 0 still shows its last picture on the page.
    if (canvas && this.#size) canvas.width = canvas.height = isOffscreen(canvas) ? 1 : 0;
    this.#size = null;
    this.#whole = undefined;
    this.repaint();
  }

  /** Draws the current picture once more. */
  repaint(): void {
    const canvas = this.#canvas;
    if (canvas?.width) this.#context?.drawImage(canvas, 0, 0);
  }

  /** Returns the picture as an image. @throws {DOMException} when there is none, or it could not be encoded. */
  async snapshot(options: SnapshotOptions): Promise<Blob | null> {
    const canvas = this.#canvas;
    if (!canvas || !this.#size) return null;
    return isOffscreen(canvas) ? canvas.convertToBlob(options) : new Promise((resolve) => canvas.toBlob(resolve, options.type, options.quality));
  }

  /** Paints the last picture again. Patches are not kept, so after patches a whole frame is requested. */
  async #restore(): Promise<void> {
    const whole = this.#whole;
    if (!whole) return;
    const decoded = await this.#decode(whole.bytes);
    if (!('image' in decoded)) return;
    if (whole === this.#whole) this.#context?.drawImage(decoded.image, 0, 0);
    decoded.image.close();
    if (whole === this.#whole && this.#isPatched) whole.source.refresh();
  }

  /** Starts to decode the waiting frame, if possible. */
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
    // After the first frame of a new socket, no frame of an old one is painted.
    const isSuperseded = this.#queue.next !== undefined && this.#queue.next.source !== frame.source;
    const isWanted = generation === this.#generation && !isSuperseded;
    // All frames before this patch have been painted by now, so its base is there.
    const bad = decoded instanceof BadFrame ? decoded : this.#badPieces(frame, decoded);
    this.#isDecoding = false;
    if (!isWanted) this.#drop([frame]);
    else if (bad) this.#reject(frame, bad);
    // The next frame is decoded while this one is painted.
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

  /** Drops the patches after a bad frame, up to the next whole one, and requests a whole one if patches are in use. */
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
