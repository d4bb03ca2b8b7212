import type {FileMessage, PasteMessage, PlayerMessage, Size} from '../protocol.js';
import type {Bytes} from './byte-sender.js';
import {Connection} from './connection.js';
import type {ConnectionEvents} from './connection.js';
import type {Decode} from './decode.js';
import type {Frame, Pieces} from './frame.js';
import {FramePainter} from './frame-painter.js';
import type {PainterCanvas, PainterEvents} from './frame-painter.js';
import type {SnapshotOptions} from './snapshot.js';
import type {CallOf, Commands, ConnectionNews, FrameCounts, News} from './thread-messages.js';
import type {NamedViewer} from './viewer-name.js';

/**
 * One view's way from the socket to the canvas. It runs on the page or in the worker, in the same way: it receives
 * commands and reports news.
 */
export class Pipeline implements Commands, ConnectionEvents, PainterEvents {
  readonly #post: (...news: News) => void;
  readonly #painter: FramePainter;
  readonly #connections = new Map<number, Connection>();
  #shown: Connection | undefined;
  /** The newest frame of a connection that is not shown yet. */
  #kept: Frame | undefined;
  #isFrozen = false;
  #epoch = 0;
  /** The viewport of the frames to come. It is reported when the frames before it have been painted. */
  #named: Size | null = null;
  #received = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(decode: Decode, post: (...news: News) => void) {
    this.#post = post;
    this.#painter = new FramePainter(decode, this);
  }

  paintOn(canvas: PainterCanvas): void {
    this.#painter.setCanvas(canvas);
  }

  /** @throws {DOMException} when the browser refuses the address, for example because of its security policy. */
  open(connection: number, url: string, continued: NamedViewer | undefined): void {
    this.#connections.set(connection, new Connection(connection, url, continued, this));
  }

  show(id: number): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    const previous = this.#shown;
    this.#shown = connection;
    if (previous) {
      this.#connections.delete(previous.id);
      connection.succeed(previous);
    }
    this.onGreeted(connection);
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept) this.#push(kept);
  }

  send(connection: number, message: PlayerMessage): void {
    if (!this.#connections.get(connection)?.send(message)) this.#post(0, ['unsent', message]);
  }

  sendParts(connection: number, announcement: FileMessage | PasteMessage, parts: readonly Bytes[], position: number | undefined): void {
    void this.#connections.get(connection)?.sendBytes(announcement, parts, position).then((sent) => this.#post(connection, ['delivered', sent]));
  }

  abortParts(connection: number): void {
    this.#connections.get(connection)?.abortBytes();
  }

  hold(id: number, held: boolean): void {
    const connection = this.#connections.get(id);
    // Frames from before a pause are old by now. The server answers `resume` with the newest.
    if (this.#kept?.source === connection && !held && connection?.isGreeted) {
      this.#kept = undefined;
      connection.frameDone();
    }
    connection?.setHeld(held);
  }

  watch(connection: number, watched: boolean): void {
    this.#connections.get(connection)?.setWatched(watched);
  }

  close(id: number): void {
    const connection = this.#connections.get(id);
    connection?.close();
    if (connection) this.#forget(connection);
  }

  freeze(frozen: boolean): void {
    this.#isFrozen = frozen;
    this.#painter.setHeld(frozen);
  }

  reset(epoch: number, cleared: boolean): void {
    this.#epoch = epoch;
    this.#named = null;
    this.#painter.reset();
    if (cleared) this.#painter.clear();
  }

  repaint(): void {
    this.#painter.repaint();
  }

  snapshot(request: number, options: SnapshotOptions): void {
    void this.#painter.snapshot(options).catch(() => null).then((blob) => this.#post(0, ['snapped', request, blob]));
  }

  /** Closes every connection, and paints no more. */
  end(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#painter.reset();
  }

  onNews(connection: Connection, news: CallOf<ConnectionNews>): void {
    if (news[0] === 'closed') this.#forget(connection);
    this.#post(connection.id, news);
  }

  /** Only the current connection's viewport and features count. */
  onGreeted(connection: Connection): void {
    if (connection !== this.#shown) return;
    connection.acceptPatches();
    // The viewport holds for the frames that follow, so earlier frames must be painted first.
    this.#named = connection.viewport;
    if (this.#painter.isIdle) this.onIdle();
  }

  onFrame(connection: Connection, bytes: ArrayBuffer, pieces?: Pieces): void {
    const {id, viewport, framesReceived} = connection;
    const isShown = connection === this.#shown;
    const frame = {bytes, number: framesReceived, source: connection, viewport, pieces};
    if (isShown) this.#push(frame);
    else this.#keep(frame);
    const isToldOf = isShown && !this.#isFrozen && !this.#painter.isIdle;
    if (framesReceived === 1 || !isToldOf) this.#post(0, ['arrived', this.#takeCounts(), id]);
  }

  onPainted({source, number, viewport}: Frame, size: Size, decodeMs: number): void {
    this.#post(0, ['painted', this.#takeCounts(), this.#epoch, {connection: source.id, number, size, viewport, decodeMs}]);
  }

  onDropped(): void {
    this.#dropped++;
  }

  onBad({number}: Frame, problem: string, cause: unknown, inARow: number): void {
    this.#post(0, ['spoilt', this.#takeCounts(), this.#epoch, {number, problem, cause, inARow}]);
  }

  /** All awaited frames were painted or dropped, so the viewport that the server named meanwhile holds. */
  onIdle(): void {
    if (this.#named) this.#post(0, ['resized', this.#epoch, this.#named]);
    this.#named = null;
  }

  #push(frame: Frame): void {
    this.#received++;
    this.#bytes += frame.bytes.byteLength;
    this.#painter.push(frame);
  }

  /** Patches are accepted when the connection is shown, and not before. */
  #keep(frame: Frame): void {
    if (this.#kept || frame.pieces) frame.source.frameDone();
    if (!frame.pieces) this.#kept = frame;
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.id);
    if (this.#shown === connection) this.#shown = undefined;
    if (this.#kept?.source === connection) this.#kept = undefined;
  }

  #takeCounts(): FrameCounts {
    const counts = {received: this.#received, bytes: this.#bytes, dropped: this.#dropped};
    this.#received = this.#bytes = this.#dropped = 0;
    return counts;
  }
}
