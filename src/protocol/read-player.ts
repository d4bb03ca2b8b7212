import {
  MAX_HANDOFF_NOTE_LENGTH, MAX_PATH_POINTS, MAX_PLAYER_MESSAGE_BYTES, MAX_TOUCH_POINTS, PASTE_TYPES,
} from './constants.js';
import type {
  AcceptMessage, AckMessage, ComposeMessage, ContinueMessage, ControlActionMessage, DialogAnswerMessage, FileMessage, HandoffAnswerMessage,
  KeyMessage, MouseButtonMessage, MouseLeaveMessage, MouseMessage, MouseMoveMessage, NavigateMessage, PasteItem, PasteMessage, PathPoint,
  PlayerMessage, SelectAnswerMessage, TabActionMessage, TouchMessage, TouchPathPoint, TouchPoint, WheelMessage,
} from './player-messages.js';
import {MAX_OPTIONS, anyNumber, boolean, coordinate, id, length, list, number, oneOf, optional, parse, refuse, shape, string, text, time} from './read.js';
import type {Bodies, Body, Kind, Parsed} from './read.js';

/** An `ack` as `encode` writes it. */
const ACK = /^\{"type":"ack","frames":(0|[1-9]\d{0,14})\}$/;

/** Parses a message from a player. Nearly all of them are acks, one for each frame of each viewer, so acks have a fast path. */
export function parsePlayerMessage(text: string): Parsed<PlayerMessage> {
  const frames = ACK.exec(text)?.[1];
  if (frames !== undefined) return {kind: 'message', message: {type: 'ack', frames: Number(frames)}};
  return parse(text, MAX_PLAYER_MESSAGE_BYTES, bodies);
}

const integer = (min: number, max: number): Kind<number> => number(min, max, Number.isInteger);
const nothing = shape<object>({});

const modifiers = integer(0, 15);
const buttons = integer(0, 31);
const fingerId = integer(0, 0xffff);
const byteCount = integer(0, Number.MAX_SAFE_INTEGER);
const offset = integer(0, MAX_PLAYER_MESSAGE_BYTES);

const pathPoint: Kind<PathPoint> = (value, name) => {
  if (!Array.isArray(value)) return refuse(name, 'a list of [x, y, age]');
  const [x, y, ageMs]: readonly unknown[] = value;
  return [coordinate(x, name), coordinate(y, name), number(0, 60_000)(ageMs, name)];
};

const touchPathPoint: Kind<TouchPathPoint> = (value, name) => {
  if (!Array.isArray(value)) return refuse(name, 'a list of [id, x, y, age]');
  const [id, ...point]: readonly unknown[] = value;
  return [fingerId(id, name), ...pathPoint(point, name)];
};

const pointerState = {
  t: optional(anyNumber),
  x: coordinate, y: coordinate, button: integer(-1, 4), buttons, modifiers,
  pointerType: optional(oneOf('mouse', 'pen')), pressure: optional(number(0, 1)),
  tiltX: optional(number(-90, 90)), tiltY: optional(number(-90, 90)), twist: optional(number(0, 359)),
};

const mouseEvent = shape<{event: MouseMessage['event']}>({event: oneOf('move', 'down', 'up', 'leave')});
const mouseLeave = shape<Body<Pick<MouseLeaveMessage, 'type' | 'event' | 't'>>>({event: oneOf('leave'), t: optional(anyNumber)});
const mouseMove = shape<Body<MouseMoveMessage>>({
  event: oneOf('move'), ...pointerState, path: optional(list(MAX_PATH_POINTS, pathPoint)),
});
const mouseButton = shape<Body<MouseButtonMessage>>({event: oneOf('down', 'up'), ...pointerState, clickCount: integer(0, 1000)});

const selectCancel = shape<{cancel?: boolean}>({cancel: optional(boolean)});
const selectValues = shape<Body<SelectAnswerMessage>>({id: string, values: list(MAX_OPTIONS, string), cancel: () => undefined});

const tabAction = shape<{action: TabActionMessage['action']}>({action: oneOf('new', 'activate', 'close')});
const navigateAction = shape<{action: NavigateMessage['action']}>({action: oneOf('back', 'forward', 'reload', 'stop', 'to')});
const address = shape<{url: string}>({url: string});
const fileChooser = shape<{id: string; done?: boolean; cancel?: boolean}>({id: string, done: optional(boolean), cancel: optional(boolean)});
const note: Kind<string> = (value, name) => {
  const text = string(value, name);
  return [...text].length <= MAX_HANDOFF_NOTE_LENGTH ? text : refuse(name, `a text of at most ${MAX_HANDOFF_NOTE_LENGTH} characters`);
};
const pasteItem = shape<PasteItem>({type: oneOf(...PASTE_TYPES), size: byteCount});

const bodies: Bodies = {
  mouse: (value, name) => {
    const mouse = mouseEvent(value, name);
    return mouse.event === 'leave' ? mouseLeave(value, name) : mouse.event === 'move' ? mouseMove(value, name) : mouseButton(value, name);
  },
  wheel: shape<Body<WheelMessage>>({x: coordinate, y: coordinate, deltaX: coordinate, deltaY: coordinate, buttons, modifiers, t: optional(anyNumber)}),
  touch: shape<Body<TouchMessage>>({
    event: oneOf('start', 'move', 'end', 'cancel'), modifiers, t: optional(anyNumber), path: optional(list(MAX_PATH_POINTS, touchPathPoint)),
    points: list(MAX_TOUCH_POINTS, shape<TouchPoint>({
      id: fingerId, x: coordinate, y: coordinate, radiusX: length, radiusY: length,
      rotationAngle: number(-360, 360), force: number(0, 1),
    })),
  }),
  key: shape<Body<KeyMessage>>({
    event: oneOf('down', 'up'), key: string, code: string, keyCode: integer(0, 0xffff), location: integer(0, 3),
    repeat: boolean, modifiers, text: optional(string),
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
  accept: shape<Body<AcceptMessage>>({patches: boolean}),
  refresh: nothing,
  continue: shape<Body<ContinueMessage>>({viewer: string}),
  handoff: shape<Body<HandoffAnswerMessage>>({id: string, status: oneOf('done', 'failed'), note: optional(note)}),
  control: shape<Body<ControlActionMessage>>({action: oneOf('take', 'release')}),
  tab: (value, name) => {
    const tab = tabAction(value, name);
    return tab.action === 'new' ? tab : {...tab, ...id(value, name)};
  },
  navigate: (value, name) => {
    const navigate = navigateAction(value, name);
    return navigate.action === 'to' ? {...navigate, ...address(value, name)} : navigate;
  },
  file: shape<Body<FileMessage>>({id: string, name: string, size: byteCount, mime: string, offset: optional(byteCount)}),
  file_chooser: (value, name) => {
    const {id, done, cancel} = fileChooser(value, name);
    return cancel ? {id, cancel} : done ? {id, done} : refuse(name, 'done or canceled');
  },
  paste: shape<Body<PasteMessage>>({items: list(PASTE_TYPES.length, pasteItem)}),
};
