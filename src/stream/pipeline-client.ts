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

/** The owner of a pipeline. */
export interface PipelineOwner {
  /** The visible canvas. Undefined before the first render. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Whether the pipeline may run in a worker. */
  readonly mayUseWorker: () => boolean;
  /** Another canvas is visible now. */
  onCanvas(): void;
  onCounts(counts: FrameCounts): void;
  onPainted(frame: PaintedFrame): void;
  onBad(frame: SpoiltFrame): void;
  onViewport(viewport: Size): void;
  /** A message came too late for its socket. */
  onUnsent(message: PlayerMessage): void;
  /** The worker, from which all other news come, has stopped responding, or responds again. */
  onLife(life: 'quiet' | 'heard'): void;
}

/** A pipeline on one thread. A change of thread creates another one. */
interface Line {
  post(...command: Command): void;
  close(): void;
}

/**
 * The page's end of a view's pipeline, which may run on the page or in the worker. That is chosen for each connection, except for the
 * successor of another one. A canvas that was painted on in one thread can't be painted on in another: then a new canvas replaces it
 * at its first picture.
 */
export class PipelineClient implements WorkerView, ViewNews {
  readonly #owner: PipelineOwner;
  #line: Line | undefined;
  readonly #connections = new Map<number, ConnectionHandle>();
  #lastId = 0;
  #epoch = 0;
  #isFrozen = false;
  #isWatched = true;
  /** The canvas that the pipeline paints on. If it replaces another one, it is not visible before its first picture. */
  #canvas: HTMLCanvasElement | undefined;
  /** Whether the visible canvas has never been painted on. */
  #isFresh = true;
  /** The pending snapshots. */
  readonly #snapshots = new Map<number, (blob: Blob | null) => void>();
  #thread: LiveViewThread = 'page';
  #size: Size | null = null;

  constructor(owner: PipelineOwner) {
    this.#owner = owner;
  }

  /** Where frames are painted now, or were last. */
  get thread(): LiveViewThread {
    return this.#thread;
  }

  /** The size of the picture on the canvas, in pixels. Null while there is none. */
  get size(): Size | null {
    return this.#size;
  }

  /** There will be something to show. */
  prepare(): void {
    if (this.#owner.mayUseWorker()) void workerHost.start();
    else workerHost.isOptedOut = true;
  }

  /** Chooses where the next connection's frames are painted. Takes a moment while the worker starts. */
  async choose(): Promise<void> {
    const thread = this.#owner.mayUseWorker() && await workerHost.isReady() ? 'worker' : 'page';
    if (!this.#line || this.#thread !== thread) this.#begin(thread);
  }

  /** @throws {DOMException} when the browser refuses the address, for example because of its security policy. */
  open(token: Token, viewer: ViewerName, events: HandleEvents): ConnectionHandle {
    if (!this.#line) this.#begin('page');
    this.pump();
    const handle = new ConnectionHandle(++this.#lastId, token, viewer, events, (...command) => this.#post(...command));
    this.#connections.set(handle.id, handle);
    this.#watch();
    return handle;
  }

  /** Holds the painting. The newest frame waits. */
  setFrozen(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#post('freeze', isFrozen);
  }

  /** Whether somebody would see that the worker does not respond. */
  setWatched(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#watch();
  }

  /** Drops every frame that is not on the canvas yet, and optionally removes the picture. */
  reset(isCleared = false): void {
    this.#post('reset', ++this.#epoch, isCleared);
    if (!isCleared) return;
    this.#size = null;
    const canvas = this.#owner.canvas();
    // Hides the old picture at once, because the worker takes a moment.
    if (canvas) canvas.style.opacity = '0';
  }

  /** Frees the worker's memory after the element has left the document. The picture stays. */
  release(): void {
    if (this.#thread === 'worker') this.#end();
  }

  /** The canvas may be a new one: gives it to the pipeline, unless the pipeline has one. */
  pump(): void {
    const seen = this.#owner.canvas();
    if (!this.#line || this.#canvas || !seen) return;
    this.#canvas = this.#isFresh ? seen : copyOf(seen);
    this.#isFresh = false;
    this.#post('paintOn', this.#thread === 'worker' ? this.#canvas.transferControlToOffscreen() : this.#canvas);
  }

  /** Paints the current picture once more, for a capture that has started since. */
  repaint(): void {
    this.#post('repaint');
  }

  /**
   * The picture on the canvas as an image.
   * @throws {DOMException} `InvalidStateError` while there is no picture, `EncodingError` if it could not be encoded.
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
    // Otherwise the news was sent before the pipeline had heard that all frames so far are invalid.
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

  /** The worker has ended, and all its sockets with it. Those that stand by are closed before the current one. */
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

  /** The worker is watched only while it has a connection. */
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

  /** Shows what was painted: on the visible canvas, or by replacing it. */
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
  if (!(copy instanceof HTMLCanvasElement)) throw new TypeError('The copy is not a canvas.');
  return copy;
}
