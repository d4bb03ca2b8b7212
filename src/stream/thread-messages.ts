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
  /** Forgets every frame that is not on the canvas yet; what is told of them before it is done has another `epoch`. */
  reset(epoch: number, cleared: boolean): void;
  /** Draws the picture once more, as it is, for a capture of the canvas that has begun since. */
  repaint(): void;
  snapshot(request: number, options: SnapshotOptions): void;
}

/** Frames that have come and gone since it was last said. */
export interface FrameCounts {
  readonly received: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** A frame that is on the canvas. */
export interface PaintedFrame {
  readonly connection: number;
  /** The frame's own number on its connection. */
  readonly number: number;
  readonly size: Size;
  /** What the server said that it shows; null where it has said nothing. */
  readonly viewport: Size | null;
  readonly decodeMs: number;
}

/** A frame that could not be shown; `inARow` have come with no good one between them. */
export interface SpoiltFrame {
  readonly number: number;
  readonly problem: string;
  readonly cause: unknown;
  readonly inARow: number;
}

/** What the pipeline tells the page of the view. */
export interface ViewNews {
  /** A frame has come of which nothing else may be told: the first, one that waits for its turn, one that is frozen. */
  arrived(counts: FrameCounts, connection: number): void;
  painted(counts: FrameCounts, epoch: number, frame: PaintedFrame): void;
  spoilt(counts: FrameCounts, epoch: number, frame: SpoiltFrame): void;
  /** The viewport is another one, and no frame will say so. */
  resized(epoch: number, viewport: Size): void;
  /** A message came too late for its socket. */
  unsent(message: PlayerMessage): void;
  /** An image, or nothing where there could be none. */
  snapped(request: number, blob: Blob | null): void;
}

/** What the pipeline tells the page of one connection. */
export interface ConnectionNews {
  opened(): void;
  greeted(hello: HelloMessage): void;
  told(message: StreamMessage): void;
  /** A message could not be read. */
  garbled(problem: string): void;
  /** The server is not heard of, or is again. */
  noticed(life: 'quiet' | 'heard'): void;
  measured(roundTripMs: number): void;
  /** Whether so much is still unsent, or waits for its turn, that a move would only arrive late. */
  clogged(behind: boolean): void;
  /** The server has all bytes before this position. */
  received(position: number): void;
  /** The bytes that were announced are sent, or the rest of them never will be. */
  delivered(sent: boolean): void;
  /** `code` and `reason` are the server's; the code is 1006 as well for a socket that was given up. */
  closed(code: number, reason: string): void;
}

/** A call of one of these methods. */
export type CallOf<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => void ? readonly [name: Name, ...args: Args] : never
}[keyof Methods];

export type Command = CallOf<Commands>;
/** Of the view where the connection is 0. */
export type News = readonly [connection: 0, call: CallOf<ViewNews>] | readonly [connection: number, call: CallOf<ConnectionNews>];

/** Makes a call of the other side's, whose methods the target has. */
export function perform(target: object, [name, ...args]: readonly [name: string, ...args: readonly unknown[]]): void {
  const method: unknown = Reflect.get(target, name);
  if (typeof method === 'function') Reflect.apply(method, target, args);
}

/** What the page sends to the worker: a command for a view; the view's end, where there is none; or a ping. */
export type ToWorker = readonly [view: number, command?: Command] | readonly [view: 0, ping: number];

/** What the worker sends to the page: news of a view; its build, when it is ready; a pong; or that its policy lets it open no socket. */
export type FromWorker = readonly [view: number, news: News] | readonly [view: 0, build: string] | readonly [view: 0, pong: number] | readonly [view: 0];

/** Both sides have to be of the same build, which a cache or a proxy may see to that they are not. Set when it is built. */
export const BUILD = 'source';
