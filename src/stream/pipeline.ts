import type {HelloMessage, Size} from '../protocol.js';
import {Connection} from './connection.js';
import type {ConnectionEvents, StreamMessage} from './connection.js';
import type {Decode} from './decode.js';
import type {Frame, Pieces} from './frame.js';
import {FramePainter} from './frame-painter.js';
import type {PainterEvents} from './frame-painter.js';
import type {Command, FrameCounts, News} from './thread-messages.js';

/**
 * One view's way from the socket to the canvas. It runs on the page or in the worker, and knows neither: it does what it
 * is told by commands, and tells what happens by news.
 */
export class Pipeline implements ConnectionEvents, PainterEvents {
  readonly #post: (news: News) => void;
  readonly #painter: FramePainter;
  readonly #connections = new Map<number, Connection>();
  #shown: Connection | undefined;
  /** The newest frame of a connection that is not shown yet. */
  #kept: Frame | undefined;
  #isFrozen = false;
  #epoch = 0;
  /** A viewport that holds for the frames to come, and is told once those before it are painted. */
  #named: Size | undefined;
  #received = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(decode: Decode, post: (news: News) => void) {
    this.#post = post;
    this.#painter = new FramePainter(decode, this);
  }

  /** @throws {DOMException} when the browser refuses the address of a socket, as its security policy may. */
  obey(command: Command): void {
    switch (command.type) {
      case 'canvas': return this.#painter.setCanvas(command.canvas);
      case 'freeze': return this.#freeze(command.frozen);
      case 'reset': return this.#reset(command.epoch, command.cleared);
      case 'repaint': return this.#painter.repaint();
      case 'snapshot': return void this.#painter.snapshot(command.options).catch(() => null)
        .then((blob) => this.#post({type: 'snapshot', id: command.id, blob}));
      case 'open':
        this.#connections.set(command.connection, new Connection(command.connection, command.url, command.continued, this));
        return;
    }
    const connection = this.#connections.get(command.connection);
    switch (command.type) {
      case 'show': return connection && this.#show(connection);
      case 'send':
        if (!connection?.send(command.message)) this.#post({type: 'unsent', message: command.message});
        return;
      case 'bytes': return void connection?.sendBytes(command.announcement, command.parts)
        .then((sent) => this.#post({type: 'bytes', connection: command.connection, sent}));
      case 'abort': return connection?.abortBytes();
      case 'hold': return connection && this.#hold(connection, command.held);
      case 'watch': return connection?.setWatched(command.watched);
      case 'check': return connection?.check();
      case 'close':
        connection?.close();
        return connection && this.#forget(connection);
    }
  }

  /** Closes what is open, and paints no more. */
  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#painter.reset();
  }

  onOpened({id}: Connection): void {
    this.#post({type: 'opened', connection: id});
  }

  onHello(connection: Connection, hello: HelloMessage): void {
    this.#post({type: 'hello', connection: connection.id, hello});
    if (connection === this.#shown) this.#greet(connection);
  }

  onServerMessage(connection: Connection, message: StreamMessage): void {
    this.#post({type: 'message', connection: connection.id, message});
  }

  onViewport(connection: Connection): void {
    if (connection === this.#shown) this.#name(connection.viewport);
  }

  onMalformed({id}: Connection, problem: string): void {
    this.#post({type: 'malformed', connection: id, problem});
  }

  onLife({id}: Connection, life: 'quiet' | 'heard'): void {
    this.#post({type: 'life', connection: id, life});
  }

  onAnswered({id}: Connection, roundTripMs: number): void {
    this.#post({type: 'answered', connection: id, roundTripMs});
  }

  onBehind({id}: Connection, isBehind: boolean): void {
    this.#post({type: 'behind', connection: id, behind: isBehind});
  }

  onClosed(connection: Connection, code: number, reason: string): void {
    this.#forget(connection);
    this.#post({type: 'closed', connection: connection.id, code, reason});
  }

  onFrame(connection: Connection, bytes: ArrayBuffer, pieces?: Pieces): void {
    const {id, viewport, framesReceived} = connection;
    const frame = {bytes, number: framesReceived, source: connection, viewport, pieces};
    if (connection === this.#shown) this.#push(frame);
    else this.#keep(frame);
    const isToldOf = connection === this.#shown && !this.#isFrozen && !this.#painter.isIdle;
    if (framesReceived === 1 || !isToldOf) this.#post({type: 'frame', connection: id, ...this.#takeCounts()});
  }

  onPainted({source, number, viewport}: Frame, size: Size, decodeMs: number): void {
    this.#post({type: 'painted', epoch: this.#epoch, connection: source.id, number, size, viewport, decodeMs, ...this.#takeCounts()});
  }

  onDropped(): void {
    this.#dropped++;
  }

  onBad({number}: Frame, problem: string, cause: unknown, inARow: number): void {
    this.#post({type: 'bad', epoch: this.#epoch, number, problem, cause, inARow, ...this.#takeCounts()});
  }

  /** What the frames that were awaited have shown is over: what the server has named meanwhile holds. */
  onIdle(): void {
    if (this.#named) this.#post({type: 'viewport', epoch: this.#epoch, viewport: this.#named});
    this.#named = undefined;
  }

  #show(connection: Connection): void {
    const previous = this.#shown;
    this.#shown = connection;
    if (previous) {
      this.#connections.delete(previous.id);
      connection.succeed(previous);
    }
    this.#greet(connection);
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept) this.#push(kept);
  }

  #greet(connection: Connection): void {
    this.#name(connection.viewport);
    connection.acceptPatches();
  }

  /** Holds for the frames that follow: not before those that came earlier have been painted. */
  #name(viewport: Size | null): void {
    this.#named = viewport ?? undefined;
    if (this.#painter.isIdle) this.onIdle();
  }

  #push(frame: Frame): void {
    this.#received++;
    this.#bytes += frame.bytes.byteLength;
    this.#painter.push(frame);
  }

  /** Patches are accepted when it is shown, and not before. */
  #keep(frame: Frame): void {
    if (this.#kept || frame.pieces) frame.source.frameDone();
    if (!frame.pieces) this.#kept = frame;
  }

  #hold(connection: Connection, isHeld: boolean): void {
    // What has come before a pause is old by now; a resume is answered by the newest frame.
    if (this.#kept?.source === connection && !isHeld && connection.hello) {
      this.#kept = undefined;
      connection.frameDone();
    }
    connection.setHeld(isHeld);
  }

  #freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
    this.#painter.setHeld(isFrozen);
  }

  #reset(epoch: number, isCleared: boolean): void {
    this.#epoch = epoch;
    this.#named = undefined;
    if (isCleared) this.#painter.clear();
    else this.#painter.reset();
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
