import {CLOSE_CODE} from '../protocol.js';
import type {PlayerMessage, Size} from '../protocol.js';
import {ConnectionHandle} from './connection-handle.js';
import type {HandleEvents} from './connection-handle.js';
import {decodeBitmap, guarded} from './decode.js';
import {Pipeline} from './pipeline.js';
import type {SnapshotOptions} from './snapshot.js';
import {perform} from './thread-messages.js';
import type {Command, FrameCounts, News, PaintedFrame, SpoiltFrame, ViewNews} from './thread-messages.js';
import type {Token} from './token-source.js';
import type {ViewerName} from './viewer-name.js';
import {workerHost} from './worker-host.js';
import type {WorkerView} from './worker-host.js';

/** Where frames are painted. */
export type LiveViewThread = 'page' | 'worker';

/** Whose frames they are. */
export interface PipelineOwner {
  /** The canvas that is seen; none before the first render. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Whether a worker may have the pipeline. */
  readonly mayUseWorker: () => boolean;
  /** Another canvas is seen now. */
  onCanvas(): void;
  onCounts(counts: FrameCounts): void;
  onPainted(frame: PaintedFrame): void;
  onBad(frame: SpoiltFrame): void;
  onViewport(viewport: Size): void;
  /** A message came too late for its socket. */
  onUnsent(message: PlayerMessage): void;
  /** The worker, which all else that is heard comes from, is not heard of; or is again. */
  onLife(life: 'quiet' | 'heard'): void;
}

/** The pipeline as long as it is one. */
interface Line {
  post(...command: Command): void;
  close(): void;
}

/**
 * The page's end of a view's pipeline, wherever that is. It is chosen for each connection that is not the successor of
 * another one. A canvas that has been painted on from one place can't be from another one: then a new one takes its
 * place, at its first picture.
 */
export class PipelineClient implements WorkerView, ViewNews {
  readonly #owner: PipelineOwner;
  #line: Line | undefined;
  readonly #connections = new Map<number, ConnectionHandle>();
  #lastId = 0;
  #epoch = 0;
  #isFrozen = false;
  #isWatched = true;
  /** Where the pipeline paints; not seen before its first picture, where there was another one. */
  #canvas: HTMLCanvasElement | undefined;
  /** Whether the canvas that is seen has never been painted on. */
  #isFresh = true;
  /** Who waits for a snapshot. */
  readonly #snapshots = new Map<number, (blob: Blob | null) => void>();
  #thread: LiveViewThread = 'page';
  #size: Size | null = null;

  constructor(owner: PipelineOwner) {
    this.#owner = owner;
  }

  /** Where frames are painted, now or the last time. */
  get thread(): LiveViewThread {
    return this.#thread;
  }

  /** The size of the picture on the canvas, in pixels; null while there is none. */
  get size(): Size | null {
    return this.#size;
  }

  /** There is going to be something to show. */
  prepare(): void {
    if (this.#owner.mayUseWorker()) void workerHost.start();
    else workerHost.isOptedOut = true;
  }

  /** Chooses where the next connection's frames are painted; takes a moment while the worker starts. */
  async choose(): Promise<void> {
    const thread = this.#owner.mayUseWorker() && await workerHost.isReady() ? 'worker' : 'page';
    if (!this.#line || this.#thread !== thread) this.#begin(thread);
  }

  /** @throws {DOMException} when the browser refuses the address, as its security policy may. */
  open(token: Token, viewer: ViewerName, events: HandleEvents): ConnectionHandle {
    if (!this.#line) this.#begin('page');
    this.pump();
    const handle = new ConnectionHandle(++this.#lastId, token, viewer, events, (...command) => this.#post(...command));
    this.#connections.set(handle.id, handle);
    this.#watch();
    return handle;
  }

  /** Holds the painting: the newest frame waits. */
  setFrozen(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#post('freeze', isFrozen);
  }

  /** Whether somebody is there to be told that the worker is not heard of. */
  setWatched(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#watch();
  }

  /** Forgets every frame that is not on the canvas yet; and takes the picture away, where it is to be cleared. */
  reset(isCleared = false): void {
    this.#post('reset', ++this.#epoch, isCleared);
    if (!isCleared) return;
    this.#size = null;
    const canvas = this.#owner.canvas();
    // At once, and until there is another picture: the worker takes a moment.
    if (canvas) canvas.style.opacity = '0';
  }

  /** Gives the worker its memory back, once the element is out of the document; the picture stays. */
  release(): void {
    if (this.#thread === 'worker') this.#end();
  }

  /** The canvas may be new: gives it to the pipeline, unless that has one. */
  pump(): void {
    const seen = this.#owner.canvas();
    if (!this.#line || this.#canvas || !seen) return;
    this.#canvas = this.#isFresh ? seen : copyOf(seen);
    this.#isFresh = false;
    this.#post('paintOn', this.#thread === 'worker' ? this.#canvas.transferControlToOffscreen() : this.#canvas);
  }

  /** Has what is on the canvas be painted once more, for a capture that has begun since. */
  repaint(): void {
    this.#post('repaint');
  }

  /**
   * The picture on the canvas as an image.
   * @throws {DOMException} `InvalidStateError` while there is no picture, `EncodingError` when it could not be encoded.
   */
  async snapshot(options: SnapshotOptions): Promise<Blob> {
    const canvas = this.#owner.canvas();
    if (!canvas || !this.#size) throw new DOMException('There is no picture yet.', 'InvalidStateError');
    const blob = await this.#askForSnapshot(options)
      ?? await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, options.type, options.quality));
    if (!blob) throw new DOMException('The picture could not be encoded.', 'EncodingError');
    return blob;
  }

  receive(...[id, call]: News): void {
    const connection = this.#connections.get(id);
    if (call[0] === 'closed') this.#drop(id);
    const target = id === 0 ? this : connection;
    if (target) perform(target, call);
  }

  arrived(counts: FrameCounts, connection: number): void {
    this.#owner.onCounts(counts);
    this.#connections.get(connection)?.arrived();
  }

  painted(counts: FrameCounts, epoch: number, frame: PaintedFrame): void {
    this.#owner.onCounts(counts);
    // Else it was told before the pipeline had heard that all so far is of no interest any more.
    if (epoch !== this.#epoch) return;
    this.#size = frame.size;
    this.#reveal();
    this.#owner.onPainted(frame);
  }

  spoilt(counts: FrameCounts, epoch: number, frame: SpoiltFrame): void {
    this.#owner.onCounts(counts);
    if (epoch === this.#epoch) this.#owner.onBad(frame);
  }

  resized(epoch: number, viewport: Size): void {
    if (epoch === this.#epoch) this.#owner.onViewport(viewport);
  }

  unsent(message: PlayerMessage): void {
    this.#owner.onUnsent(message);
  }

  snapped(request: number, blob: Blob | null): void {
    this.#snapshots.get(request)?.(blob);
    this.#snapshots.delete(request);
  }

  onLife(life: 'quiet' | 'heard'): void {
    this.#owner.onLife(life);
  }

  /** The worker has ended, and all its sockets with it: those that stand by before the one that counts. */
  onLost(): void {
    const connections = [...this.#connections.keys()].reverse();
    this.#end();
    for (const connection of connections) this.receive(connection, ['closed', CLOSE_CODE.abnormal, '']);
  }

  #post(...command: Command): void {
    this.#line?.post(...command);
    if (command[0] === 'close') this.#drop(command[1]);
  }

  #drop(connection: number): void {
    this.#connections.delete(connection);
    this.#watch();
  }

  /** What the worker is good for is heard while there is a connection in it. */
  #watch(): void {
    workerHost.watch(this, this.#isWatched && this.#connections.size > 0 && this.#thread === 'worker');
  }

  #begin(thread: LiveViewThread): void {
    this.#end();
    this.#thread = thread;
    this.#line = thread === 'worker' ? this.#inWorker() : this.#onPage();
    this.#post('reset', this.#epoch, false);
    this.#post('freeze', this.#isFrozen);
  }

  #onPage(): Line {
    const pipeline = new Pipeline(guarded(decodeBitmap), (...news) => this.#line === line && this.receive(...news));
    const line: Line = {post: (...command) => perform(pipeline, command), close: () => pipeline.end()};
    return line;
  }

  #inWorker(): Line {
    const view = workerHost.add(this);
    return {post: (...command) => workerHost.post(view, command), close: () => workerHost.remove(view, this)};
  }

  #end(): void {
    this.#line?.close();
    this.#line = undefined;
    this.#canvas = undefined;
    for (const done of this.#snapshots.values()) done(null);
    this.#snapshots.clear();
  }

  /** What is painted is seen: on the canvas that was there, or on the one that takes its place. */
  #reveal(): void {
    const canvas = this.#canvas;
    const seen = this.#owner.canvas();
    if (!canvas || !seen) return;
    if (canvas.style.opacity) canvas.style.opacity = '';
    if (seen !== canvas) this.#swap(seen, canvas);
  }

  #swap(seen: HTMLCanvasElement, canvas: HTMLCanvasElement): void {
    const isFocused = seen.matches(':focus');
    seen.replaceWith(canvas);
    if (isFocused) canvas.focus({preventScroll: true});
    this.#owner.onCanvas();
  }

  async #askForSnapshot(options: SnapshotOptions): Promise<Blob | null> {
    if (!this.#line || this.#canvas !== this.#owner.canvas()) return null;
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#snapshots.set(id, resolve);
      this.#post('snapshot', id, options);
    });
  }
}

/** An empty canvas with the same attributes. */
function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = canvas.cloneNode();
  if (!(copy instanceof HTMLCanvasElement)) throw new TypeError('The copy of a canvas is none.');
  return copy;
}
