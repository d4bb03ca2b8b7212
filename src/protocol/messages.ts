import type {REFUSAL_CODES} from './constants.js';

/** A width and height: CSS pixels for a viewport, pixels for a frame. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The answer of the mint call, `POST /v1/sessions/{id}/preview-token`. */
export interface PreviewToken {
  /** The preview WebSocket's address, the token in its query. */
  readonly url: string;
  /** When the token stops being good, as an ISO 8601 date. */
  readonly expires_at: string;
  /** Whether the token allows input. */
  readonly input_enabled: boolean;
  /** Most frames a second that the server sends. */
  readonly fps: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// Player to server: input

/** A point of a move: x and y in CSS pixels of the viewport, and its age in milliseconds before the message's own. */
export type PathPoint = readonly [x: number, y: number, ageMs: number];

export type PointerKind = 'mouse' | 'pen';

interface PointerState {
  readonly x: number;
  readonly y: number;
  /** The DOM's `button`: 0 left, 1 middle, 2 right, 3 back, 4 forward, -1 none. */
  readonly button: number;
  /** The DOM's `buttons` after the event: 1 left, 2 right, 4 middle, 8 back, 16 forward. */
  readonly buttons: number;
  readonly modifiers: number;
  /** Absent: mouse. */
  readonly pointerType?: PointerKind;
  /** 0 to 1; for a pen. */
  readonly pressure?: number;
  /** Degrees, -90 to 90; for a pen. */
  readonly tiltX?: number;
  readonly tiltY?: number;
  /** Degrees, 0 to 359; for a pen. */
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

export interface MouseLeaveMessage {
  readonly type: 'mouse';
  readonly event: 'leave';
  readonly buttons?: number;
  readonly modifiers?: number;
}

export type MouseMessage = MouseMoveMessage | MouseButtonMessage | MouseLeaveMessage;

export interface WheelMessage {
  readonly type: 'wheel';
  readonly x: number;
  readonly y: number;
  /** CSS pixels; positive is right and down. */
  readonly deltaX: number;
  readonly deltaY: number;
  readonly buttons: number;
  readonly modifiers: number;
}

/** A finger on the glass. */
export interface TouchPoint {
  /** A small integer, used again after its finger has left. */
  readonly id: number;
  readonly x: number;
  readonly y: number;
  /** CSS pixels of the session's viewport. */
  readonly radiusX: number;
  readonly radiusY: number;
  /** Degrees. */
  readonly rotationAngle: number;
  /** 0 to 1. */
  readonly force: number;
}

export interface TouchMessage {
  readonly type: 'touch';
  readonly event: 'start' | 'move' | 'end' | 'cancel';
  /** Every finger on the glass after the event. */
  readonly points: readonly TouchPoint[];
  readonly modifiers: number;
}

/** A key goes down or up; the members are the DOM's KeyboardEvent's. */
export interface KeyMessage {
  readonly type: 'key';
  readonly event: 'down' | 'up';
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
  readonly location: number;
  readonly repeat: boolean;
  readonly modifiers: number;
}

/** Text to insert at the caret, as an input method commits it. */
export interface TextMessage {
  readonly type: 'text';
  readonly text: string;
}

/** The text being composed now, before its commit; empty text abandons the composition. */
export interface ComposeMessage {
  readonly type: 'compose';
  readonly text: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

/** Let go of every button, finger and key that this player holds. */
export interface ReleaseMessage {
  readonly type: 'release';
}

export type InputMessage =
  | MouseMessage | WheelMessage | TouchMessage | KeyMessage | TextMessage | ComposeMessage | ReleaseMessage;

// ---------------------------------------------------------------------------------------------------------------------
// Player to server: flow, only after `hello`

export interface AckMessage {
  readonly type: 'ack';
  /** How many binary messages of this socket the player is done with, counted from 1. */
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

/** Ask for the session's selected text. */
export interface CopyMessage {
  readonly type: 'copy';
}

export type FlowMessage =
  | AckMessage | PingMessage | PauseMessage | DialogAnswerMessage | SelectAnswerMessage | CopyMessage;

export type PlayerMessage = InputMessage | FlowMessage;

// ---------------------------------------------------------------------------------------------------------------------
// Server to player

export interface HelloMessage {
  readonly type: 'hello';
  readonly protocol: number;
  readonly session: string;
  readonly input_enabled: boolean;
  readonly fps: number;
  readonly expires_at: string;
  readonly viewport: Size;
  /**
   * The server's clock as it said hello, an ISO 8601 date. Not in every server: with it, a player whose own clock is
   * wrong still knows how long its token has to live.
   */
  readonly server_time?: string;
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
  /** The label of the `<optgroup>` around it. */
  readonly group?: string;
}

/** A native drop-down is open; x, y, width and height are its `<select>`'s box in the viewport. */
export interface SelectMessage extends Size {
  readonly type: 'select';
  readonly id: string;
  readonly multiple: boolean;
  readonly options: readonly SelectOption[];
  readonly x: number;
  readonly y: number;
}

export interface ClipboardMessage {
  readonly type: 'clipboard';
  readonly text: string;
}

export interface PongMessage {
  readonly type: 'pong';
  readonly t: number;
}

/** Code of an `error` message that refuses what a player sent. */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface ErrorMessage {
  readonly type: 'error';
  /** A `RefusalCode`; a code that is none is a notice of something that happened in the session. */
  readonly code: string;
  readonly message: string;
}

export type ServerMessage =
  | HelloMessage | ViewportMessage | CursorMessage | FocusMessage | PageMessage | DialogMessage | DialogClosedMessage
  | SelectMessage | ClipboardMessage | PongMessage | ErrorMessage;
