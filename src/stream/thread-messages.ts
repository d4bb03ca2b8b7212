import type {FileMessage, HelloMessage, PasteMessage, PlayerMessage, Size} from '../protocol.js';
import type {Bytes} from './byte-sender.js';
import type {SnapshotOptions} from './snapshot.js';
import type {StreamMessage} from './connection.js';
import type {NamedViewer} from './viewer-name.js';

/**
 * What crosses between the page's side of a view and its pipeline (sockets, decoding, painting), whether that runs on
 * the page or in the worker. Everything here can be cloned. The two sides are built apart from each other: no member may have a name that
 * the build makes shorter (`INTERNAL` in its configuration), as it does those that begin with `is`.
 */

/** The page tells the pipeline what to do. A `connection` is named by its number, which the page gives it. */
export type Command =
  /** Paints on this canvas from now on. */
  | {readonly type: 'canvas'; readonly canvas: HTMLCanvasElement | OffscreenCanvas}
  /** Opens a socket. Its frames are kept back, but for the newest, until it is shown. */
  | {readonly type: 'open'; readonly connection: number; readonly url: string; readonly continued: NamedViewer | undefined}
  /** Its frames are painted from now on; it takes over from the one before it, where there is one. */
  | {readonly type: 'show'; readonly connection: number}
  | {readonly type: 'send'; readonly connection: number; readonly message: PlayerMessage}
  /** Announces bytes and sends them; those of one announcement at a time. */
  | {readonly type: 'bytes'; readonly connection: number; readonly announcement: FileMessage | PasteMessage; readonly parts: readonly Bytes[]}
  | {readonly type: 'abort'; readonly connection: number}
  /** Holds the frames back at the server. */
  | {readonly type: 'hold'; readonly connection: number; readonly held: boolean}
  | {readonly type: 'watch'; readonly connection: number; readonly watched: boolean}
  | {readonly type: 'check'; readonly connection: number}
  | {readonly type: 'close'; readonly connection: number}
  /** Holds the painting: the newest frame waits. */
  | {readonly type: 'freeze'; readonly frozen: boolean}
  /** Forgets every frame that is not on the canvas yet. What is told of them, before it is done, has another `epoch`. */
  | {readonly type: 'reset'; readonly epoch: number; readonly cleared: boolean}
  /** Draws the picture once more, as it is, for a capture of the canvas that has begun since. */
  | {readonly type: 'repaint'}
  | {readonly type: 'snapshot'; readonly id: number; readonly options: SnapshotOptions};

/** What has come and gone since the last news that said so. */
export interface FrameCounts {
  readonly received: number;
  readonly bytes: number;
  readonly dropped: number;
}

/** A frame is on the canvas. */
export interface PaintedNews extends FrameCounts {
  readonly type: 'painted';
  readonly epoch: number;
  readonly connection: number;
  /** The frame's own number on its connection. */
  readonly number: number;
  readonly size: Size;
  /** What the server said that it shows; null where it has said nothing. */
  readonly viewport: Size | null;
  readonly decodeMs: number;
}

/** A frame could not be shown; `inARow` have come with no good one between them. */
export interface BadFrameNews extends FrameCounts {
  readonly type: 'bad';
  readonly epoch: number;
  readonly number: number;
  readonly problem: string;
  readonly cause: unknown;
  readonly inARow: number;
}

/** What a connection is heard to say. */
export type ConnectionNews =
  | {readonly type: 'opened'; readonly connection: number}
  | {readonly type: 'hello'; readonly connection: number; readonly hello: HelloMessage}
  | {readonly type: 'message'; readonly connection: number; readonly message: StreamMessage}
  | {readonly type: 'malformed'; readonly connection: number; readonly problem: string}
  /** A frame has come of which nothing else may be told: the first, one that waits for its turn, one that is frozen. */
  | {readonly type: 'frame'; readonly connection: number} & FrameCounts
  | {readonly type: 'life'; readonly connection: number; readonly life: 'quiet' | 'heard'}
  | {readonly type: 'answered'; readonly connection: number; readonly roundTripMs: number}
  | {readonly type: 'behind'; readonly connection: number; readonly behind: boolean}
  /** The bytes that were announced are sent, or the rest of them never will be. */
  | {readonly type: 'bytes'; readonly connection: number; readonly sent: boolean}
  | {readonly type: 'closed'; readonly connection: number; readonly code: number; readonly reason: string};

/** The pipeline tells the page what has happened. */
export type News =
  | ConnectionNews
  | PaintedNews
  | BadFrameNews
  /** The viewport is another one, and no frame will say so. */
  | {readonly type: 'viewport'; readonly epoch: number; readonly viewport: Size}
  /** A message came too late for its socket. */
  | {readonly type: 'unsent'; readonly message: PlayerMessage}
  /** An image, or nothing where there could be none. */
  | {readonly type: 'snapshot'; readonly id: number; readonly blob: Blob | null};

/** What the page sends to the worker, for the view of this number; one that is over has no command. */
export type ToWorker = {readonly view: number; readonly command?: Command} | {readonly ping: number};

/** What the worker sends to the page. The first thing is its build, when it is ready. */
export type FromWorker =
  | {readonly build: string}
  | {readonly view: number; readonly news: News}
  | {readonly pong: number}
  /** Its own policy lets it open no socket. */
  | {readonly unusable: true};

/** Both sides have to be of the same build, which a cache or a proxy may see to that they are not. Set when it is built. */
export const BUILD = 'source';
