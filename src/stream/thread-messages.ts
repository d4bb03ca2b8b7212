import type {FileMessage, HelloMessage, PasteMessage, PlayerMessage, ServerMessage, Size} from '../protocol.js';
import type {Bytes} from './byte-sender.js';
import type {SnapshotOptions} from './snapshot.js';
import type {NamedViewer} from './viewer-name.js';

/**
 * The calls between the page's side of a view and its pipeline (sockets, decoding, painting), whether the pipeline runs on
 * the page or in the worker. They arrive in order, with arguments that can be cloned. The two sides are built
 * separately, so nothing in here may have a name that the build shortens (`INTERNAL` in its configuration),
 * such as names that begin with `is` or `on`.
 */

/** A message that does not concern the connection itself. */
export type StreamMessage = Exclude<ServerMessage, {type: 'hello' | 'pong' | 'patch' | 'viewport'}>;

/** Commands of the page to the pipeline. A connection is named by a number from 1, which the page assigns. */
export interface Commands {
  /** Paints on this canvas from now on. */
  paintOn(canvas: HTMLCanvasElement | OffscreenCanvas): void;
  /** Opens a socket. Until the connection is shown, only its newest frame is kept. */
  open(connection: number, url: string, continued: NamedViewer | undefined): void;
  /** Paints this connection's frames from now on. It takes over from the connection before it, if there is one. */
  show(connection: number): void;
  send(connection: number, message: PlayerMessage): void;
  /**
   * Announces bytes and sends them, one announcement at a time. `position` is where the bytes begin among all that belong
   * together. If there is one, `received` reports how far the server is.
   */
  sendParts(connection: number, announcement: FileMessage | PasteMessage, parts: readonly Bytes[], position: number | undefined): void;
  abortParts(connection: number): void;
  /** Holds the frames back at the server. */
  hold(connection: number, held: boolean): void;
  /** Whether somebody would see that the server is silent. Setting it again checks at once. */
  watch(connection: number, watched: boolean): void;
  close(connection: number): void;
  /** Holds the painting: the newest frame waits. */
  freeze(frozen: boolean): void;
  /** Drops every frame that is not on the canvas yet. News that were sent before have another `epoch`. */
  reset(epoch: number, cleared: boolean): void;
  /** Draws the current picture once more, for a capture of the canvas that has started since. */
  repaint(): void;
  snapshot(request: number, options: SnapshotOptions): void;
}

/** How many frames were received and dropped since the last report. */
export interface FrameCounts {
  readonly received: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** A frame that is on the canvas. */
export interface PaintedFrame {
  readonly connection: number;
  /** The frame's number on its connection. */
  readonly number: number;
  readonly size: Size;
  /** The viewport that the frame shows. Null if the server has named none. */
  readonly viewport: Size | null;
  readonly decodeMs: number;
}

/** A frame that could not be shown. It is the last of `inARow` bad frames without a good one between them. */
export interface SpoiltFrame {
  readonly number: number;
  readonly problem: string;
  readonly cause: unknown;
  readonly inARow: number;
}

/** The pipeline's news about the view. */
export interface ViewNews {
  /** A frame has arrived about which there may be no other news, because it is the first, waits or is frozen. */
  arrived(counts: FrameCounts, connection: number): void;
  painted(counts: FrameCounts, epoch: number, frame: PaintedFrame): void;
  spoilt(counts: FrameCounts, epoch: number, frame: SpoiltFrame): void;
  /** The viewport has changed, and no frame shows it yet. */
  resized(epoch: number, viewport: Size): void;
  /** A message came too late for its socket. */
  unsent(message: PlayerMessage): void;
  /** The result of a snapshot: an image, or null if that failed. */
  snapped(request: number, blob: Blob | null): void;
}

/** The pipeline's news about one connection. */
export interface ConnectionNews {
  opened(): void;
  greeted(hello: HelloMessage): void;
  told(message: StreamMessage): void;
  /** A message could not be read. */
  garbled(problem: string): void;
  /** The server has stopped answering, or answers again. */
  noticed(life: 'quiet' | 'heard'): void;
  measured(roundTripMs: number): void;
  /** Whether so much is unsent or waits that a move would arrive late. */
  clogged(behind: boolean): void;
  /** The server has all bytes before this position. */
  received(position: number): void;
  /** The announced bytes were sent, or the rest of them will not be sent. */
  delivered(sent: boolean): void;
  /** `code` and `reason` are the server's. The code is also 1006 for a socket that was given up. */
  closed(code: number, reason: string): void;
}

/** A call of one of these methods. */
export type CallOf<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => void ? readonly [name: Name, ...args: Args] : never
}[keyof Methods];

export type Command = CallOf<Commands>;
/** News about a connection, or about the view if the connection is 0. */
export type News = readonly [connection: 0, call: CallOf<ViewNews>] | readonly [connection: number, call: CallOf<ConnectionNews>];

/** Performs a call from the other side on the target. */
export function perform(target: object, [name, ...args]: readonly [name: string, ...args: readonly unknown[]]): void {
  const method: unknown = Reflect.get(target, name);
  if (typeof method === 'function') Reflect.apply(method, target, args);
}

/** A message from the page to the worker: a command for a view, the end of a view (without a command), or a ping. */
export type ToWorker = readonly [view: number, command?: Command] | readonly [view: 0, ping: number];

/** A message from the worker to the page: news of a view, its build when it is ready, a pong, or that its policy forbids sockets. */
export type FromWorker = readonly [view: number, news: News] | readonly [view: 0, build: string] | readonly [view: 0, pong: number] | readonly [view: 0];

/** The build of this script, set by the build. Both sides must be of the same build, and a cache or a proxy may serve different ones. */
export const BUILD = 'source';
