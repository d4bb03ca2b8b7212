import type {HANDOFF_STATUSES, REFUSAL_CODES} from './constants.js';
import type {Navigation, Size} from './types.js';

export interface HelloMessage {
  readonly type: 'hello';
  readonly protocol: number;
  readonly session: string;
  readonly input_enabled: boolean;
  readonly fps: number;
  readonly expires_at: string;
  readonly viewport: Size;
  /**
   * The server's clock when it sent `hello`, an ISO 8601 date. Not every server sends it. With it, a player whose own clock is
   * wrong still knows how long its token is valid.
   */
  readonly server_time?: string;
  /** An unguessable name for this viewer, to be sent with `continue` on another socket. */
  readonly viewer?: string;
  /** What the server supports beyond sections 1 to 8 of the protocol; see `FEATURES`. */
  readonly features?: readonly string[];
  readonly navigation?: Navigation;
  /** Whether the session's device has a touch screen. */
  readonly touch?: boolean;
}

export interface ViewportMessage extends Size {
  readonly type: 'viewport';
}

export interface CursorMessage {
  readonly type: 'cursor';
  /** A CSS cursor keyword. */
  readonly cursor: string;
}

export interface FocusMessage {
  readonly type: 'focus';
  readonly editable: boolean;
  /** The DOM's `inputMode` of the focused element. */
  readonly inputmode?: string;
  /** Where the focused field is, in CSS pixels of the viewport. */
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

export interface PageMessage {
  readonly type: 'page';
  readonly url: string;
  readonly title: string;
}

export type DialogKind = 'alert' | 'confirm' | 'prompt' | 'beforeunload';

export interface DialogMessage {
  readonly type: 'dialog';
  readonly id: string;
  readonly kind: DialogKind;
  readonly message: string;
  readonly defaultValue?: string;
  /** The origin of the frame that opened it. */
  readonly origin?: string;
}

export interface DialogClosedMessage {
  readonly type: 'dialog_closed';
  readonly id: string;
}

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
  readonly disabled: boolean;
  /** The label of the `<optgroup>` around the option. */
  readonly group?: string;
}

/** A native drop-down list is open. `x`, `y`, `width` and `height` are the box of its `<select>` in the viewport. */
export interface SelectMessage extends Size {
  readonly type: 'select';
  readonly id: string;
  readonly multiple: boolean;
  readonly options: readonly SelectOption[];
  readonly x: number;
  readonly y: number;
  /** The origin of the frame that opened it. */
  readonly origin?: string;
}

/** The content of the session's clipboard after a copy. */
export interface ClipboardMessage {
  readonly type: 'clipboard';
  readonly text: string;
  readonly html?: string;
  /** Whether this viewer's own input caused the copy (`person`), or the page or another viewer (`page`). Absent in an answer to `copy`. */
  readonly by?: 'person' | 'page';
}

export interface PongMessage {
  readonly type: 'pong';
  readonly t: number;
}

/** Code of an `error` message that refuses what a player sent. */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface ErrorMessage {
  readonly type: 'error';
  /** A `RefusalCode`, or a server's own code for something that happened in the session. */
  readonly code: string;
  readonly message: string;
}

/** A piece of a patch, in pixels: its place in the JPEG of pieces, its size, and its place in the picture. */
export type PatchCopy = readonly [sx: number, sy: number, width: number, height: number, x: number, y: number];

/** Announces that the next binary message is a JPEG of pieces of the picture. */
export interface PatchMessage {
  readonly type: 'patch';
  readonly copies: readonly PatchCopy[];
}

/** A script asks for a person. */
export interface HandoffMessage {
  readonly type: 'handoff';
  readonly id: string;
  readonly instructions: string;
  readonly expires_at: string;
}

export type HandoffStatus = (typeof HANDOFF_STATUSES)[number];

/** A hand-over has ended. */
export interface HandoffClosedMessage {
  readonly type: 'handoff_closed';
  readonly id: string;
  readonly status: HandoffStatus;
}

/** Says who is in control of an exclusive session. */
export interface ControlMessage {
  readonly type: 'control';
  readonly driver: 'you' | 'other' | 'none';
  /** How many viewers watch. */
  readonly viewers: number;
}

export interface Tab {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  /** Whether this tab is the active one. */
  readonly active: boolean;
}

/** The session's tabs, and the state of the active one. */
export interface TabsMessage {
  readonly type: 'tabs';
  readonly tabs: readonly Tab[];
  readonly back: boolean;
  readonly forward: boolean;
  readonly loading: boolean;
}

/** A page has opened a file chooser. */
export interface FileChooserMessage {
  readonly type: 'file_chooser';
  readonly id: string;
  readonly multiple: boolean;
  /** The input's `accept`. */
  readonly accept: string;
}

export interface FileChooserClosedMessage {
  readonly type: 'file_chooser_closed';
  readonly id: string;
}

/** The session has downloaded a file. If the download failed, the message has `error`, and neither `size` nor `url`. */
export interface DownloadMessage {
  readonly type: 'download';
  readonly id: string;
  readonly name: string;
  /** Size in bytes. */
  readonly size?: number;
  readonly url?: string;
  readonly error?: string;
}

export type ServerMessage =
  | HelloMessage | ViewportMessage | CursorMessage | FocusMessage | PageMessage | DialogMessage | DialogClosedMessage
  | SelectMessage | ClipboardMessage | PongMessage | ErrorMessage | PatchMessage | HandoffMessage | HandoffClosedMessage | ControlMessage
  | TabsMessage | FileChooserMessage | FileChooserClosedMessage | DownloadMessage;
