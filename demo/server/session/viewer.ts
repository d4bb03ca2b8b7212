import type {
  CopyMessage, DialogAnswerMessage, FileChooserAnswerMessage, FileMessage, InputMessage, NavigateMessage, Navigation, PasteMessage,
  SelectAnswerMessage, ServerMessage, TabActionMessage,
} from 'chaser-live-view/protocol';
import type {ByteReceiver} from '../announced-bytes.js';
import type {Person} from '../people/person.js';
import type {Refusal} from './files/file-choosers.js';

/** What a viewer may say to a session. */
export type ViewerMessage =
  | InputMessage | DialogAnswerMessage | SelectAnswerMessage | CopyMessage | TabActionMessage | NavigateMessage | FileChooserAnswerMessage;

/** Somebody who watches a session, as the session sees them. */
export interface Viewer {
  /** Whose socket this is, which may turn out later and be another's then; undefined for nobody's: a screenshot's. */
  readonly person?: Person | undefined;
  /** Whether they only watch: what is copied in the session is then not for them. */
  readonly isWatchOnly?: boolean;
  /** How far they may navigate; absent: not at all. */
  readonly navigation?: Navigation;
  /** Where they fetch a download of which they have the secret; absent: they fetch none. */
  readonly downloadUrl?: (secret: string) => string;
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
  /** The viewer pastes; what is returned takes the bytes. Undefined when the session takes no paste now. */
  paste(message: PasteMessage): ByteReceiver | undefined;
  /** The viewer announces a file for a chooser; what is returned takes its bytes, of which `afford` is asked whether they may come. */
  receiveFile(message: FileMessage, afford: (sizeBytes: number) => boolean): ByteReceiver | Refusal;
  /** This viewer's input counts no more: what is held is let go of at once, and what still waits for its turn is not done. */
  revoke(): void;
  /** Whether frames are wanted: a session that nobody looks at takes none. */
  setWatching(isWatching: boolean): void;
  /** The viewer has gone: everything that it held is let go of. */
  leave(): void;
}
