import type {PatchCopy, Size} from '../protocol.js';

/** Where a frame came from. */
export interface FrameSource {
  readonly id: number;
  /** A frame is done with: painted, or dropped. */
  frameDone(): void;
  /** A patch could not be applied: the next frame has to be whole. */
  refresh(): void;
}

/** Where the pieces of a patch belong; or nobody can tell, because what announced it could not be read. */
export type Pieces = readonly PatchCopy[] | 'unreadable';

/** A whole picture, or a patch: pieces of one, to be painted on the picture that the frames before it have made. */
export interface Frame {
  readonly bytes: ArrayBuffer;
  /** Its number on its connection, counted from 1. */
  readonly number: number;
  readonly source: FrameSource;
  /** The viewport that it shows; null where the server has named none. */
  readonly viewport: Size | null;
  /** Undefined for a whole frame. */
  readonly pieces: Pieces | undefined;
}
