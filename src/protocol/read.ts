import type {PlayerMessage} from './player-messages.js';
import type {ServerMessage} from './server-messages.js';

/**
 * The result of parsing a text message: the message; `unknown`, a type of a later version, to be ignored; or `malformed`, with
 * the problem as text for a log, and the type if it could be read.
 */
export type Parsed<Message> =
  | {readonly kind: 'message'; readonly message: Message}
  | {readonly kind: 'unknown'}
  | {readonly kind: 'malformed'; readonly problem: string; readonly type?: string};

/** Parses a value of one kind, or throws. The error contains `name`, which is our own, and nothing from the wire. */
export type Kind<Value> = (value: unknown, name: string) => Value;
/** The members of a message, without its type. */
export type Body<Message> = {[Name in Exclude<keyof Message, 'type'>]: Message[Name]};
/** The parsers by message type. */
export type Bodies = Readonly<Record<string, Kind<object>>>;

/** Serializes a message. */
export function encode(message: PlayerMessage | ServerMessage): string {
  return JSON.stringify(message);
}

/** Exists in browsers and in Node, but not in TypeScript's language library. */
declare const TextEncoder: new () => {encode(text: string): {readonly length: number}};

class Malformed extends TypeError {}

/** Parses a text message from one of the two ends. */
export function parse<Message extends {readonly type: string}>(text: string, maxBytes: number, bodies: Bodies): Parsed<Message> {
  // A UTF-16 unit is one to three bytes of UTF-8, so the bytes of short text need not be counted.
  if (text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes) {
    return {kind: 'malformed', problem: `it is longer than ${maxBytes} bytes`};
  }
  let type = '';
  try {
    const value: unknown = JSON.parse(text);
    type = envelope(value, 'the message').type;
    const body = Object.hasOwn(bodies, type) && bodies[type];
    // The only cast: each table names every member of its message.
    return body ? {kind: 'message', message: {type, ...body(value, type)} as Message} : {kind: 'unknown'};
  } catch (error) {
    // The engine's own JSON error would quote the text, which may be what somebody typed.
    return {kind: 'malformed', problem: error instanceof Malformed ? error.message : 'it is not JSON', ...type && {type}};
  }
}

export function refuse(name: string, wanted: string): never {
  throw new Malformed(`'${name}' is not ${wanted}`);
}

const kind = <Value>(wanted: string, is: (value: unknown) => value is Value): Kind<Value> => (value, name) =>
  is(value) ? value : refuse(name, wanted);

export const string = kind('a string', (value) => typeof value === 'string');
export const boolean = kind('a boolean', (value) => typeof value === 'boolean');
export const date = kind('a date', (value): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value)));

export const number = (min: number, max: number, isRight: (value: unknown) => boolean = Number.isFinite): Kind<number> =>
  kind('a number in range', (value): value is number => typeof value === 'number' && isRight(value) && value >= min && value <= max);
export const anyNumber = number(-Infinity, Infinity);

export const oneOf = <Value extends string>(...values: readonly Value[]): Kind<Value> =>
  kind(`one of ${values.join(', ')}`, (value): value is Value => values.some((candidate) => candidate === value));

export const optional = <Value>(kind: Kind<Value>): Kind<Value | undefined> => (value, name) =>
  value === undefined ? value : kind(value, name);

export const list = <Item>(max: number, kind: Kind<Item>): Kind<Item[]> => (value, name) =>
  Array.isArray(value) && value.length <= max ? value.map((item: unknown) => kind(item, name)) : refuse(name, `a list of at most ${max}`);

/** Reads an object's own member, never an inherited one. */
export function member(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(value), name)?.value;
}

/** Parses an object's members, each by its own kind. Absent members stay absent. */
export const shape = <Value extends object>(kinds: {readonly [Name in keyof Value]-?: Kind<Value[Name]>}): Kind<Value> => (value, name) => {
  if (typeof value !== 'object' || value === null) return refuse(name, 'an object');
  const read: Partial<Value> = {};
  for (const part in kinds) {
    const own = kinds[part](member(value, part), part);
    if (own !== undefined) read[part] = own;
  }
  // Complete by now: each kind has returned a value or has thrown.
  return read as Value;
};

const envelope = shape<{type: string}>({type: string});

// Used by both ends. Coordinates may lie outside the viewport in a drag. Those larger than any screen are refused.
const MAX_COORDINATE = 1e5;
export const MAX_OPTIONS = 10_000;

export const coordinate = number(-MAX_COORDINATE, MAX_COORDINATE);
export const length = number(0, MAX_COORDINATE);
/** A viewport's side. Unlike a drop-down's, it cannot be 0. */
export const side = number(1, MAX_COORDINATE);
export const id = shape<{id: string}>({id: string});
export const text = shape<{text: string}>({text: string});
export const time = shape<{t: number}>({t: anyNumber});
