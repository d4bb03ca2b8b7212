import {MAX_PATH_POINTS, MAX_PLAYER_MESSAGE_BYTES, MAX_TOUCH_POINTS} from './constants.js';
import type {
  AckMessage, ComposeMessage, DialogAnswerMessage, KeyMessage, MouseButtonMessage, MouseMessage, MouseMoveMessage, PathPoint,
  PlayerMessage, SelectAnswerMessage, TouchMessage, TouchPoint, WheelMessage,
} from './messages.js';
import {MAX_OPTIONS, boolean, coordinate, id, length, list, number, oneOf, optional, parse, refuse, shape, string, text, time} from './read.js';
import type {Bodies, Body, Kind, Parsed} from './read.js';

/** An ack as `encode` writes it. */
const ACK = /^\{"type":"ack","frames":(0|[1-9]\d{0,14})\}$/;

/** Reads what a player sent. Most of it is acks, one for each frame that a viewer has: those are read at a glance. */
export function parsePlayerMessage(text: string): Parsed<PlayerMessage> {
  const frames = ACK.exec(text)?.[1];
  if (frames !== undefined) return {kind: 'message', message: {type: 'ack', frames: Number(frames)}};
  return parse(text, MAX_PLAYER_MESSAGE_BYTES, bodies);
}

const integer = (min: number, max: number): Kind<number> => number(min, max, Number.isInteger);
const nothing = shape<object>({});

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

const bodies: Bodies = {
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
