import type {PASTE_TYPES} from './constants.js';

// Input

/** A point of a move: x and y in CSS pixels of the viewport, and the time in milliseconds before the message's own point. */
export type PathPoint = readonly [x: number, y: number, ageMs: number];

export type PointerKind = 'mouse' | 'pen';

/** `t` is the player's monotonic clock at the event, in milliseconds from any origin. Older players do not send it. */
interface Timed {
  readonly t?: number;
}

interface PointerState extends Timed {
  readonly x: number;
  readonly y: number;
  /** The DOM's `button`: 0 left, 1 middle, 2 right, 3 back, 4 forward, -1 none. */
  readonly button: number;
  /** The DOM's `buttons` after the event: 1 left, 2 right, 4 middle, 8 back, 16 forward. */
  readonly buttons: number;
  readonly modifiers: number;
  /** A mouse if absent. */
  readonly pointerType?: PointerKind;
  /** For a pen: 0 to 1. */
  readonly pressure?: number;
  /** For a pen: degrees, -90 to 90. */
  readonly tiltX?: number;
  readonly tiltY?: number;
  /** For a pen: degrees, 0 to 359. */
  readonly twist?: number;
}

export interface MouseMoveMessage extends PointerState {
  readonly type: 'mouse';
  readonly event: 'move';
  /** Where the pointer went since the last mouse message, oldest first, without this message's own point. */
  readonly path?: readonly PathPoint[];
}

export interface MouseButtonMessage extends PointerState {
  readonly type: 'mouse';
  readonly event: 'down' | 'up';
  readonly clickCount: number;
}

export interface MouseLeaveMessage extends Timed {
  readonly type: 'mouse';
  readonly event: 'leave';
  readonly buttons?: number;
  readonly modifiers?: number;
}

export type MouseMessage = MouseMoveMessage | MouseButtonMessage | MouseLeaveMessage;

export interface WheelMessage extends Timed {
  readonly type: 'wheel';
  readonly x: number;
  readonly y: number;
  /** In CSS pixels. Positive is right and down. */
  readonly deltaX: number;
  readonly deltaY: number;
  readonly buttons: number;
  readonly modifiers: number;
}

/** A finger on the screen. */
export interface TouchPoint {
  /** A small integer, which is used again after its finger has left. */
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** In CSS pixels of the session's viewport. */
  readonly radiusX: number;
  readonly radiusY: number;
  /** In degrees. */
  readonly rotationAngle: number;
  /** 0 to 1. */
  readonly force: number;
}

/** A point of a finger's move: the finger's id, x and y in CSS pixels of the viewport, and the time in milliseconds before the message's own point. */
export type TouchPathPoint = readonly [id: number, x: number, y: number, ageMs: number];

export interface TouchMessage extends Timed {
  readonly type: 'touch';
  readonly event: 'start' | 'move' | 'end' | 'cancel';
  /** Every finger on the screen after the event. */
  readonly points: readonly TouchPoint[];
  readonly modifiers: number;
  /** On move: where the fingers went since the player's last touch message, oldest first, without this message's own points. */
  readonly path?: readonly TouchPathPoint[];
}

/** A key goes down or up. The members are those of the DOM's KeyboardEvent. */
export interface KeyMessage {
  readonly type: 'key';
  readonly event: 'down' | 'up';
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
  readonly location: number;
  readonly repeat: boolean;
  readonly modifiers: number;
  /**
   * On `down`, only if `key` is one character or `Dead`: the text that the key types. Empty for a dead key and with Control, Alt
   * or Meta. If absent, the server decides.
   */
  readonly text?: string;
}

/** Text to insert at the caret, the way an input method commits it. */
export interface TextMessage {
  readonly type: 'text';
  readonly text: string;
}

/** The text that an input method is composing, before its commit. Empty text abandons the composition. */
export interface ComposeMessage {
  readonly type: 'compose';
  readonly text: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

/** Releases every button, finger and key that this player holds. */
export interface ReleaseMessage {
  readonly type: 'release';
}

export type InputMessage =
  | MouseMessage | WheelMessage | TouchMessage | KeyMessage | TextMessage | ComposeMessage | ReleaseMessage;

// Flow control and answers: sent only after `hello`

export interface AckMessage {
  readonly type: 'ack';
  /** How many binary messages of this socket the player has painted or dropped so far. */
  readonly frames: number;
}

export interface PingMessage {
  readonly type: 'ping';
  readonly t: number;
}

export interface PauseMessage {
  readonly type: 'pause' | 'resume';
}

export interface DialogAnswerMessage {
  readonly type: 'dialog';
  readonly id: string;
  readonly accept: boolean;
  readonly text?: string;
}

export interface SelectAnswerMessage {
  readonly type: 'select';
  readonly id: string;
  readonly values?: readonly string[];
  readonly cancel?: true;
}

/** Asks for the session's selected text. */
export interface CopyMessage {
  readonly type: 'copy';
}

/** The player accepts patches instead of whole frames. Sent once, after `hello`. */
export interface AcceptMessage {
  readonly type: 'accept';
  readonly patches: boolean;
}

/** Asks for a whole frame next, because a patch was bad or its base is missing. */
export interface RefreshMessage {
  readonly type: 'refresh';
}

/** This socket belongs to the viewer that another socket's `hello` named. Sent right after this socket's `hello`. */
export interface ContinueMessage {
  readonly type: 'continue';
  readonly viewer: string;
}

/** A person's answer to a hand-over. */
export interface HandoffAnswerMessage {
  readonly type: 'handoff';
  readonly id: string;
  readonly status: 'done' | 'failed';
  /** At most 500 characters. */
  readonly note?: string;
}

/** Takes control of an exclusive session, or gives it back. */
export interface ControlActionMessage {
  readonly type: 'control';
  readonly action: 'take' | 'release';
}

/** What to do with a tab. A new one has no id yet. */
export type TabActionMessage =
  | {readonly type: 'tab'; readonly action: 'new'}
  | {readonly type: 'tab'; readonly action: 'activate' | 'close'; readonly id: string};

/** Navigates the active page. */
export type NavigateMessage =
  | {readonly type: 'navigate'; readonly action: 'back' | 'forward' | 'reload' | 'stop'}
  | {readonly type: 'navigate'; readonly action: 'to'; readonly url: string};

/** A file for a chooser. Its bytes follow as binary messages. */
export interface FileMessage {
  readonly type: 'file';
  /** The id of the chooser. */
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mime: string;
  /** Where in the file the following bytes begin, if they continue a file that this viewer began on another socket. */
  readonly offset?: number;
}

/** All files of a chooser are there, or there will be none. */
export type FileChooserAnswerMessage =
  | {readonly type: 'file_chooser'; readonly id: string; readonly done: true}
  | {readonly type: 'file_chooser'; readonly id: string; readonly cancel: true};

/** One format of a paste. */
export interface PasteItem {
  readonly type: PasteType;
  /** Bytes. */
  readonly size: number;
}

export type PasteType = (typeof PASTE_TYPES)[number];

/** The person pasted. The bytes of each item follow as binary messages, in order. */
export interface PasteMessage {
  readonly type: 'paste';
  readonly items: readonly PasteItem[];
}

export type FlowMessage =
  | AckMessage | PingMessage | PauseMessage | DialogAnswerMessage | SelectAnswerMessage | CopyMessage | AcceptMessage | RefreshMessage
  | ContinueMessage | HandoffAnswerMessage | ControlActionMessage | TabActionMessage | NavigateMessage | FileMessage
  | FileChooserAnswerMessage | PasteMessage;

export type PlayerMessage = InputMessage | FlowMessage;
