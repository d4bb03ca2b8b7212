import type {CopyMessage, DialogAnswerMessage, InputMessage, SelectAnswerMessage, ServerMessage} from 'chaser-live-view/protocol';
import type {Person} from '../people/person.js';

/** What a viewer may say to a session. */
export type ViewerMessage = InputMessage | DialogAnswerMessage | SelectAnswerMessage | CopyMessage;

/** Somebody who watches a session, as the session sees them. */
export interface Viewer {
  /** Whose socket this is, which may turn out later and be another's then; undefined for nobody's: a screenshot's. */
  readonly person?: Person | undefined;
  /** The picture has changed. Only the newest matters: a viewer that is behind drops what it has not sent. */
  show(jpeg: Buffer): void;
  /** Something about the page, for this viewer: in order with the frames. */
  tell(message: ServerMessage): void;
  /** The session is over. */
  end(): void;
}

/** A viewer's seat at a session. */
export interface Seat {
  /** Passes on what the viewer did. */
  receive(message: ViewerMessage): void;
  /** Whether frames are wanted: a session that nobody looks at takes none. */
  setWatching(isWatching: boolean): void;
  /** The viewer has gone: everything that it held is let go of. */
  leave(): void;
}
