import type {
  CopyMessage, DialogAnswerMessage, FileChooserAnswerMessage, FileMessage, InputMessage, NavigateMessage, Navigation, PasteMessage,
  SelectAnswerMessage, ServerMessage, TabActionMessage,
} from 'chaser-live-view/protocol';
import type {ByteReceiver} from '../announced-bytes.js';
import type {Person} from '../people/person.js';
import type {Refusal} from './files/refusal.js';

/** The messages that a viewer may send to a session. */
export type ViewerMessage =
  | InputMessage | DialogAnswerMessage | SelectAnswerMessage | CopyMessage | TabActionMessage | NavigateMessage | FileChooserAnswerMessage;

/** A viewer, as the session sees it. */
export interface Viewer {
  /** The viewer whom this socket belongs to, which may become known or change later. Undefined for a screenshot. */
  readonly person?: Person | undefined;
  /** Whether the viewer is watch-only. Then they do not get what is copied in the session. */
  readonly isWatchOnly?: boolean;
  /** The navigation that is allowed. None if absent. */
  readonly navigation?: Navigation;
  /** The address of a download, from its secret. If absent, the viewer gets no downloads. */
  readonly downloadUrl?: (secret: string) => string;
  /** The picture has changed. Only the newest matters, so a viewer that is behind drops unsent ones. */
  show(jpeg: Buffer): void;
  /** A message about the page, for this viewer, in order with the frames. */
  tell(message: ServerMessage): void;
  /** The session has ended. */
  end(): void;
}

/** A viewer's connection to a session. */
export interface Seat {
  /** Handles a viewer's message. */
  receive(message: ViewerMessage): void;
  /** The viewer pastes. Returns what takes the bytes, or undefined if the session accepts no paste now. */
  paste(message: PasteMessage): ByteReceiver | undefined;
  /** The viewer announces a file for a chooser. Returns what takes its bytes. `afford` decides whether that many are allowed. */
  receiveFile(message: FileMessage, afford: (sizeBytes: number) => boolean): ByteReceiver | Refusal;
  /** It is now known that this viewer had another socket before. Sends them the messages that they have missed. */
  recall(): void;
  /** This viewer's input is no longer accepted: releases what they hold at once, and discards their queued input. */
  revoke(): void;
  /** Whether frames are wanted. A session that nobody watches makes none. */
  setWatching(isWatching: boolean): void;
  /** The viewer has gone: releases everything that they held. */
  leave(): void;
}
