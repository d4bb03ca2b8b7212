/**
 * The preview stream protocol, version 1: everything either end knows of the wire, and nothing else.
 *
 * Types for each message, the limits, the close codes, and strict parsers. There is no DOM in here and no import, so
 * a server in Node uses the same file (`chaser-live-view/protocol`).
 *
 * A binary message is one whole JPEG from the server; a text message is one JSON object with a string `type`. Unknown
 * types and unknown members are ignored by both ends: that is how the protocol grows.
 */

/** The protocol version that this file speaks. */
export const PROTOCOL_VERSION = 1;

/** Longest text message that a player sends, in bytes of UTF-8. */
export const MAX_PLAYER_MESSAGE_BYTES = 64 * 1024;
/** Longest text message that a server sends, in bytes of UTF-8. */
export const MAX_SERVER_MESSAGE_BYTES = 1024 * 1024;
/** Largest frame that a player decodes, in bytes. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Largest width and height of a frame, in pixels. */
export const MAX_FRAME_SIDE_PX = 8192;
/** Most points in the `path` of one move, and most fingers in one touch. */
export const MAX_PATH_POINTS = 1024;
export const MAX_TOUCH_POINTS = 16;

/** Bits of a `modifiers` mask. */
export const MODIFIER = {alt: 1, control: 2, meta: 4, shift: 8} as const;

/** WebSocket close codes that this protocol gives a meaning; see `closeAction`. */
export const CLOSE_CODE = {
  normal: 1000,
  goingAway: 1001,
  abnormal: 1006,
  serverError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badMessage: 4400,
  tokenRejected: 4401,
  forbidden: 4403,
  sessionNotFound: 4404,
  sessionNotReady: 4409,
  sessionEnded: 4410,
  rateLimited: 4429,
} as const;

/** What a player does about a closed socket: start over, get another token, stop for good, or give up. */
export type CloseAction = 'retry' | 'mint' | 'end' | 'fail';

/**
 * What a player does about a close code. A code that the protocol does not name is taken for a broken connection, as
 * 1006 is: a proxy in between may have made it up.
 */
export function closeAction(code: number): CloseAction {
  switch (code) {
    case CLOSE_CODE.normal:
    case CLOSE_CODE.sessionNotFound:
    case CLOSE_CODE.sessionEnded:
      return 'end';
    case CLOSE_CODE.badMessage:
    case CLOSE_CODE.forbidden:
      return 'fail';
    case CLOSE_CODE.tokenRejected:
      return 'mint';
    default:
      return 'retry';
  }
}

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

/** Codes of an `error` message; a server may know more. */
export type RefusalCode = 'bad_message' | 'input_disabled' | 'too_large' | 'rate_limited';

export interface ErrorMessage {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
}

export type ServerMessage =
  | HelloMessage | ViewportMessage | CursorMessage | FocusMessage | PageMessage | DialogMessage | DialogClosedMessage
  | SelectMessage | ClipboardMessage | PongMessage | ErrorMessage;

// ---------------------------------------------------------------------------------------------------------------------
// Reading

/**
 * What came of a text message: the message; `unknown`, a type from a later version, to be ignored; or `malformed`, with
 * what is wrong in words for a log.
 */
export type Parsed<Message> =
  | {readonly kind: 'message'; readonly message: Message}
  | {readonly kind: 'unknown'}
  | {readonly kind: 'malformed'; readonly problem: string};

/** Reads what a server sent. */
export function parseServerMessage(text: string): Parsed<ServerMessage> {
  return parse(text, MAX_SERVER_MESSAGE_BYTES, serverBodies);
}

/** Reads what a player sent. */
export function parsePlayerMessage(text: string): Parsed<PlayerMessage> {
  return parse(text, MAX_PLAYER_MESSAGE_BYTES, playerBodies);
}

/**
 * Reads the answer of a mint call.
 * @throws {TypeError} naming the member that is wrong, never its value: the URL holds the token.
 */
export function parsePreviewToken(value: unknown): PreviewToken {
  try {
    return previewToken(value, 'the preview token');
  } catch (error) {
    if (error instanceof Malformed) throw new TypeError(error.message, {cause: error});
    throw error;
  }
}

/** Writes a message as it crosses the wire. */
export function encode(message: PlayerMessage | ServerMessage): string {
  return JSON.stringify(message);
}

/** Thrown inside a parse only; never leaves this file. */
class Malformed extends Error {}

/** Reads a value of one kind, or throws what is wrong with it; `name` is ours, so that nothing of the wire is quoted. */
type Kind<Value> = (value: unknown, name: string) => Value;
/** The members of a message beside its type. */
type Body<Message> = {[Name in Exclude<keyof Message, 'type'>]: Message[Name]};
type Bodies = Readonly<Record<string, Kind<object>>>;

function parse<Message extends {readonly type: string}>(text: string, maxBytes: number, bodies: Bodies): Parsed<Message> {
  // A UTF-16 unit is one to three bytes of UTF-8: text that is short enough needs no counting.
  if (text.length * 3 > maxBytes && utf8Length(text) > maxBytes) {
    return {kind: 'malformed', problem: `it is longer than ${maxBytes} bytes`};
  }
  try {
    const value = parseJson(text);
    const {type} = envelope(value, 'the message');
    const body = Object.hasOwn(bodies, type) && bodies[type];
    // The one place where the tables below are taken at their word: each names every member of its message.
    return body ? {kind: 'message', message: {type, ...body(value, type)} as Message} : {kind: 'unknown'};
  } catch (error) {
    if (error instanceof Malformed) return {kind: 'malformed', problem: error.message};
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own words quote the text, which may be what somebody typed.
    throw new Malformed('it is not JSON');
  }
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Half of a surrogate pair counts two: the pair is four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

function refuse(name: string, wanted: string): never {
  throw new Malformed(`'${name}' is not ${wanted}`);
}

const string: Kind<string> = (value, name) => typeof value === 'string' ? value : refuse(name, 'a string');

const boolean: Kind<boolean> = (value, name) => typeof value === 'boolean' ? value : refuse(name, 'a boolean');

const date: Kind<string> = (value, name) => Number.isNaN(Date.parse(string(value, name))) ? refuse(name, 'a date') : string(value, name);

const number = (min = -Number.MAX_VALUE, max = Number.MAX_VALUE): Kind<number> => (value, name) =>
  typeof value === 'number' && value >= min && value <= max ? value : refuse(name, 'a number in range');

const integer = (min: number, max: number): Kind<number> => (value, name) =>
  Number.isInteger(value) ? number(min, max)(value, name) : refuse(name, 'an integer');

const oneOf = <Value extends string>(...values: readonly Value[]): Kind<Value> => (value, name) =>
  values.find((candidate) => candidate === value) ?? refuse(name, `one of ${values.join(', ')}`);

const optional = <Value>(kind: Kind<Value>): Kind<Value | undefined> => (value, name) =>
  value === undefined ? value : kind(value, name);

const list = <Item>(max: number, kind: Kind<Item>): Kind<Item[]> => (value, name) =>
  Array.isArray(value) && value.length <= max ? value.map((item: unknown) => kind(item, name)) : refuse(name, `a list of at most ${max}`);

/** An object's own members, each of its kind; a getter of `Object.prototype` never answers for one. What is absent stays so. */
const shape = <Value extends object>(kinds: {readonly [Name in keyof Value]-?: Kind<Value[Name]>}): Kind<Value> => (value, name) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(name, 'an object');
  const read: Partial<Value> = {};
  for (const member in kinds) {
    const own = kinds[member](Object.getOwnPropertyDescriptor(value, member)?.value, member);
    if (own !== undefined) read[member] = own;
  }
  // Whole by now: each kind has answered.
  return read as Value;
};

// Coordinates may lie outside the viewport in a drag; what no screen ever had is refused.
const MAX_COORDINATE = 1e5;
const MAX_OPTIONS = 10_000;

const coordinate = number(-MAX_COORDINATE, MAX_COORDINATE);
const length = number(0, MAX_COORDINATE);
const fps = number(0, 1000);
const envelope = shape<{type: string}>({type: string});
const id = shape<{id: string}>({id: string});
const text = shape<{text: string}>({text: string});
const time = shape<{t: number}>({t: number()});
const nothing = shape<object>({});

const previewToken = shape<PreviewToken>({url: string, expires_at: date, input_enabled: boolean, fps});

// A screen of no width is none; a drop-down may have none.
const side = number(1, MAX_COORDINATE);
const size = shape<Size>({width: side, height: side});

const serverBodies: Bodies = {
  hello: shape<Body<HelloMessage>>({
    protocol: number(), session: string, input_enabled: boolean, fps, expires_at: date, viewport: size,
    server_time: optional(date),
  }),
  viewport: size,
  cursor: shape<Body<CursorMessage>>({cursor: string}),
  focus: shape<Body<FocusMessage>>({editable: boolean, inputmode: optional(string)}),
  page: shape<Body<PageMessage>>({url: string, title: string}),
  dialog: shape<Body<DialogMessage>>({
    id: string, kind: oneOf('alert', 'confirm', 'prompt', 'beforeunload'), message: string, defaultValue: optional(string),
  }),
  dialog_closed: id,
  select: shape<Body<SelectMessage>>({
    id: string, multiple: boolean, x: coordinate, y: coordinate, width: length, height: length,
    options: list(MAX_OPTIONS, shape<SelectOption>({
      value: string, label: string, selected: boolean, disabled: boolean, group: optional(string),
    })),
  }),
  clipboard: text,
  pong: time,
  error: shape<Body<ErrorMessage>>({code: string, message: string}),
};

// From here on it is the server's half: a player's bundle leaves it out.
const modifiers = integer(0, 15);
const buttons = integer(0, 31);
const offset = integer(0, MAX_PLAYER_MESSAGE_BYTES);

const pathPoint: Kind<PathPoint> = (value, name) => {
  if (!Array.isArray(value)) return refuse(name, 'a list of [x, y, age]');
  const [x, y, ageMs]: readonly unknown[] = value;
  return [coordinate(x, name), coordinate(y, name), number(0, 60_000)(ageMs, name)];
};

const pointerState = {
  x: coordinate, y: coordinate, button: integer(-1, 4), buttons, modifiers,
  pointerType: optional(oneOf('mouse', 'pen')), pressure: optional(number(0, 1)),
  tiltX: optional(number(-90, 90)), tiltY: optional(number(-90, 90)), twist: optional(number(0, 359)),
};

const mouseEvent = shape<{event: MouseMessage['event']}>({event: oneOf('move', 'down', 'up', 'leave')});
const mouseMove = shape<Body<MouseMoveMessage>>({
  event: oneOf('move'), ...pointerState, path: optional(list(MAX_PATH_POINTS, pathPoint)),
});
const mouseButton = shape<Body<MouseButtonMessage>>({event: oneOf('down', 'up'), ...pointerState, clickCount: integer(0, 1000)});

const selectCancel = shape<{cancel?: boolean}>({cancel: optional(boolean)});
const selectValues = shape<Body<SelectAnswerMessage>>({id: string, values: list(MAX_OPTIONS, string), cancel: () => undefined});

const playerBodies: Bodies = {
  mouse: (value, name) => {
    const mouse = mouseEvent(value, name);
    return mouse.event === 'leave' ? mouse : mouse.event === 'move' ? mouseMove(value, name) : mouseButton(value, name);
  },
  wheel: shape<Body<WheelMessage>>({x: coordinate, y: coordinate, deltaX: coordinate, deltaY: coordinate, buttons, modifiers}),
  touch: shape<Body<TouchMessage>>({
    event: oneOf('start', 'move', 'end', 'cancel'), modifiers,
    points: list(MAX_TOUCH_POINTS, shape<TouchPoint>({
      id: integer(0, 0xffff), x: coordinate, y: coordinate, radiusX: length, radiusY: length,
      rotationAngle: number(-360, 360), force: number(0, 1),
    })),
  }),
  key: shape<Body<KeyMessage>>({
    event: oneOf('down', 'up'), key: string, code: string, keyCode: integer(0, 0xffff), location: integer(0, 3),
    repeat: boolean, modifiers,
  }),
  text,
  compose: shape<Body<ComposeMessage>>({text: string, selectionStart: offset, selectionEnd: offset}),
  release: nothing,
  ack: shape<Body<AckMessage>>({frames: integer(0, Number.MAX_SAFE_INTEGER)}),
  ping: time,
  pause: nothing,
  resume: nothing,
  dialog: shape<Body<DialogAnswerMessage>>({id: string, accept: boolean, text: optional(string)}),
  select: (value, name) =>
    selectCancel(value, name).cancel ? {...id(value, name), cancel: true} : selectValues(value, name),
  copy: nothing,
};
