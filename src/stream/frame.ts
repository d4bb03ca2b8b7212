import type {PatchCopy, Size} from '../protocol.js';

/** The connection that a frame came from. */
export interface FrameSource {
  readonly id: number;
  /** A frame was painted or dropped. */
  frameDone(): void;
  /** A patch could not be applied. The next frame must be whole. */
  refresh(): void;
}

/** Where the pieces of a patch belong, or `unreadable` if the message that announced the patch could not be parsed. */
export type Pieces = readonly PatchCopy[] | 'unreadable';

/** A whole picture, or a patch: pieces to be painted over the previous picture. */
export interface Frame {
  readonly bytes: ArrayBuffer;
  /** Its number on its connection, counted from 1. */
  readonly number: number;
  readonly source: FrameSource;
  /** The viewport that the frame shows. Null if the server has named none. */
  readonly viewport: Size | null;
  /** Undefined for a whole frame. */
  readonly pieces: Pieces | undefined;
}
