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
  return parse(text, MAX_SERVER_MESSAGE_BYTES, serverReaders);
}

/** Reads what a player sent. */
export function parsePlayerMessage(text: string): Parsed<PlayerMessage> {
  return parse(text, MAX_PLAYER_MESSAGE_BYTES, playerReaders);
}

/**
 * Reads the answer of a mint call.
 * @throws {TypeError} naming the member that is wrong, never its value: the URL holds the token.
 */
export function parsePreviewToken(value: unknown): PreviewToken {
  try {
    const fields = new Fields(value, 'the preview token');
    return {
      url: fields.string('url'),
      expires_at: fields.date('expires_at'),
      input_enabled: fields.boolean('input_enabled'),
      fps: fields.number('fps', 0, 1000),
    };
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

type Reader<Message> = (fields: Fields) => Message;

function parse<Message>(text: string, maxBytes: number, readers: ReadonlyMap<string, Reader<Message>>): Parsed<Message> {
  // A UTF-16 unit is one to three bytes of UTF-8: text that is short enough needs no counting.
  if (text.length * 3 > maxBytes && utf8Length(text) > maxBytes) {
    return {kind: 'malformed', problem: `it is longer than ${maxBytes} bytes`};
  }
  try {
    const fields = new Fields(parseJson(text), 'the message');
    const reader = readers.get(fields.string('type'));
    return reader ? {kind: 'message', message: reader(fields)} : {kind: 'unknown'};
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

/** The own members of a JSON object, read with a type each; a getter of `Object.prototype` never answers for one. */
class Fields {
  readonly #object: object;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(`${what} is not an object`);
    this.#object = value;
    this.#what = what;
  }

  #own(name: string): unknown {
    return Object.getOwnPropertyDescriptor(this.#object, name)?.value;
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined;
  }

  string(name: string): string {
    const value = this.#own(name);
    if (typeof value !== 'string') throw new Malformed(`'${name}' of ${this.#what} is not a string`);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#own(name);
    if (typeof value !== 'boolean') throw new Malformed(`'${name}' of ${this.#what} is not a boolean`);
    return value;
  }

  number(name: string, min = -Number.MAX_VALUE, max = Number.MAX_VALUE): number {
    const value = this.#own(name);
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw new Malformed(`'${name}' of ${this.#what} is not a number in range`);
    }
    return value;
  }

  integer(name: string, min: number, max: number): number {
    const value = this.number(name, min, max);
    if (!Number.isInteger(value)) throw new Malformed(`'${name}' of ${this.#what} is not an integer`);
    return value;
  }

  date(name: string): string {
    const value = this.string(name);
    if (Number.isNaN(Date.parse(value))) throw new Malformed(`'${name}' of ${this.#what} is not a date`);
    return value;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const value = this.string(name);
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new Malformed(`'${name}' of ${this.#what} is none of ${values.join(', ')}`);
    return found;
  }

  object(name: string): Fields {
    return new Fields(this.#own(name), `'${name}'`);
  }

  list<Item>(name: string, max: number, read: (item: unknown) => Item): Item[] {
    const value = this.#own(name);
    if (!Array.isArray(value)) throw new Malformed(`'${name}' of ${this.#what} is not an array`);
    if (value.length > max) throw new Malformed(`'${name}' of ${this.#what} has more than ${max} items`);
    return value.map((item: unknown) => read(item));
  }
}

// Coordinates may lie outside the viewport in a drag; what no screen ever had is refused.
const MAX_COORDINATE = 1e5;
const MAX_DELTA = 1e5;
const MODIFIERS_MAX = 15;
const BUTTONS_MAX = 31;
const MAX_OPTIONS = 10_000;

const coordinate = (fields: Fields, name: string) => fields.number(name, -MAX_COORDINATE, MAX_COORDINATE);
const modifiers = (fields: Fields) => fields.integer('modifiers', 0, MODIFIERS_MAX);

const playerReaders: ReadonlyMap<string, Reader<PlayerMessage>> = new Map<string, Reader<PlayerMessage>>([
  ['mouse', readMouse],
  ['wheel', (fields) => ({
    type: 'wheel', x: coordinate(fields, 'x'), y: coordinate(fields, 'y'),
    deltaX: fields.number('deltaX', -MAX_DELTA, MAX_DELTA), deltaY: fields.number('deltaY', -MAX_DELTA, MAX_DELTA),
    buttons: fields.integer('buttons', 0, BUTTONS_MAX), modifiers: modifiers(fields),
  })],
  ['touch', (fields) => ({
    type: 'touch', event: fields.oneOf('event', ['start', 'move', 'end', 'cancel']),
    points: fields.list('points', MAX_TOUCH_POINTS, readTouchPoint), modifiers: modifiers(fields),
  })],
  ['key', (fields) => ({
    type: 'key', event: fields.oneOf('event', ['down', 'up']), key: fields.string('key'), code: fields.string('code'),
    keyCode: fields.integer('keyCode', 0, 0xffff), location: fields.integer('location', 0, 3),
    repeat: fields.boolean('repeat'), modifiers: modifiers(fields),
  })],
  ['text', (fields) => ({type: 'text', text: fields.string('text')})],
  ['compose', (fields) => ({
    type: 'compose', text: fields.string('text'),
    selectionStart: fields.integer('selectionStart', 0, MAX_PLAYER_MESSAGE_BYTES),
    selectionEnd: fields.integer('selectionEnd', 0, MAX_PLAYER_MESSAGE_BYTES),
  })],
  ['release', () => ({type: 'release'})],
  ['ack', (fields) => ({type: 'ack', frames: fields.integer('frames', 0, Number.MAX_SAFE_INTEGER)})],
  ['ping', (fields) => ({type: 'ping', t: fields.number('t')})],
  ['pause', () => ({type: 'pause'})],
  ['resume', () => ({type: 'resume'})],
  ['dialog', (fields) => ({
    type: 'dialog', id: fields.string('id'), accept: fields.boolean('accept'),
    ...(fields.has('text') && {text: fields.string('text')}),
  })],
  ['select', readSelectAnswer],
  ['copy', () => ({type: 'copy'})],
]);

function readMouse(fields: Fields): MouseMessage {
  const event = fields.oneOf('event', ['move', 'down', 'up', 'leave']);
  if (event === 'leave') return {type: 'mouse', event};
  const state: PointerState = {
    x: coordinate(fields, 'x'), y: coordinate(fields, 'y'),
    button: fields.integer('button', -1, 4), buttons: fields.integer('buttons', 0, BUTTONS_MAX),
    modifiers: modifiers(fields),
    ...(fields.has('pointerType') && {pointerType: fields.oneOf('pointerType', ['mouse', 'pen'])}),
    ...(fields.has('pressure') && {pressure: fields.number('pressure', 0, 1)}),
    ...(fields.has('tiltX') && {tiltX: fields.number('tiltX', -90, 90)}),
    ...(fields.has('tiltY') && {tiltY: fields.number('tiltY', -90, 90)}),
    ...(fields.has('twist') && {twist: fields.number('twist', 0, 359)}),
  };
  if (event !== 'move') return {type: 'mouse', event, ...state, clickCount: fields.integer('clickCount', 0, 1000)};
  const path = fields.has('path') && {path: fields.list('path', MAX_PATH_POINTS, readPathPoint)};
  return {type: 'mouse', event, ...state, ...path};
}

function readPathPoint(item: unknown): PathPoint {
  if (!Array.isArray(item) || item.length < 3) throw new Malformed(`a point of 'path' is not [x, y, age]`);
  const [x, y, ageMs]: readonly unknown[] = item;
  if (!isWithin(x, MAX_COORDINATE) || !isWithin(y, MAX_COORDINATE) || !isWithin(ageMs, 60_000) || ageMs < 0) {
    throw new Malformed(`a point of 'path' is out of range`);
  }
  return [x, y, ageMs];
}

function isWithin(value: unknown, bound: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= bound;
}

function readTouchPoint(item: unknown): TouchPoint {
  const fields = new Fields(item, `a point of 'points'`);
  return {
    id: fields.integer('id', 0, 0xffff), x: coordinate(fields, 'x'), y: coordinate(fields, 'y'),
    radiusX: fields.number('radiusX', 0, MAX_COORDINATE), radiusY: fields.number('radiusY', 0, MAX_COORDINATE),
    rotationAngle: fields.number('rotationAngle', -360, 360), force: fields.number('force', 0, 1),
  };
}

function readSelectAnswer(fields: Fields): SelectAnswerMessage {
  const id = fields.string('id');
  if (fields.has('cancel') && fields.boolean('cancel')) return {type: 'select', id, cancel: true};
  return {type: 'select', id, values: fields.list('values', MAX_OPTIONS, readString)};
}

function readString(item: unknown): string {
  if (typeof item !== 'string') throw new Malformed('an item is not a string');
  return item;
}

const serverReaders: ReadonlyMap<string, Reader<ServerMessage>> = new Map<string, Reader<ServerMessage>>([
  ['hello', (fields) => ({
    type: 'hello', protocol: fields.number('protocol'), session: fields.string('session'),
    input_enabled: fields.boolean('input_enabled'), fps: fields.number('fps', 0, 1000),
    expires_at: fields.date('expires_at'), viewport: readSize(fields.object('viewport')),
    ...(fields.has('server_time') && {server_time: fields.date('server_time')}),
  })],
  ['viewport', (fields) => ({type: 'viewport', ...readSize(fields)})],
  ['cursor', (fields) => ({type: 'cursor', cursor: fields.string('cursor')})],
  ['focus', (fields) => ({
    type: 'focus', editable: fields.boolean('editable'),
    ...(fields.has('inputmode') && {inputmode: fields.string('inputmode')}),
  })],
  ['page', (fields) => ({type: 'page', url: fields.string('url'), title: fields.string('title')})],
  ['dialog', (fields) => ({
    type: 'dialog', id: fields.string('id'), kind: fields.oneOf('kind', ['alert', 'confirm', 'prompt', 'beforeunload']),
    message: fields.string('message'), ...(fields.has('defaultValue') && {defaultValue: fields.string('defaultValue')}),
  })],
  ['dialog_closed', (fields) => ({type: 'dialog_closed', id: fields.string('id')})],
  ['select', (fields) => ({
    type: 'select', id: fields.string('id'), multiple: fields.boolean('multiple'),
    options: fields.list('options', MAX_OPTIONS, readSelectOption),
    x: coordinate(fields, 'x'), y: coordinate(fields, 'y'),
    width: fields.number('width', 0, MAX_COORDINATE), height: fields.number('height', 0, MAX_COORDINATE),
  })],
  ['clipboard', (fields) => ({type: 'clipboard', text: fields.string('text')})],
  ['pong', (fields) => ({type: 'pong', t: fields.number('t')})],
  ['error', (fields) => ({type: 'error', code: fields.string('code'), message: fields.string('message')})],
]);

function readSize(fields: Fields): Size {
  return {
    width: fields.number('width', 1, MAX_COORDINATE),
    height: fields.number('height', 1, MAX_COORDINATE),
  };
}

function readSelectOption(item: unknown): SelectOption {
  const fields = new Fields(item, `an item of 'options'`);
  return {
    value: fields.string('value'), label: fields.string('label'),
    selected: fields.boolean('selected'), disabled: fields.boolean('disabled'),
    ...(fields.has('group') && {group: fields.string('group')}),
  };
}
