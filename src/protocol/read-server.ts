import {MAX_SERVER_MESSAGE_BYTES} from './constants.js';
import type {
  CursorMessage, DialogMessage, ErrorMessage, FocusMessage, HelloMessage, PageMessage, PreviewToken, SelectMessage, SelectOption,
  ServerMessage, Size,
} from './messages.js';
import {
  MAX_OPTIONS, anyNumber, boolean, coordinate, date, id, length, list, number, oneOf, optional, parse, shape, side, string, text, time,
} from './read.js';
import type {Bodies, Body, Parsed} from './read.js';

/** Reads what a server sent. */
export function parseServerMessage(text: string): Parsed<ServerMessage> {
  return parse(text, MAX_SERVER_MESSAGE_BYTES, bodies);
}

/**
 * Reads the answer of a mint call.
 * @throws {TypeError} naming the member that is wrong, never its value: the URL holds the token.
 */
export function parsePreviewToken(value: unknown): PreviewToken {
  return previewToken(value, 'the preview token');
}

const fps = number(0, 1000);
const size = shape<Size>({width: side, height: side});
const previewToken = shape<PreviewToken>({url: string, expires_at: date, input_enabled: boolean, fps});

const bodies: Bodies = {
  hello: shape<Body<HelloMessage>>({
    protocol: anyNumber, session: string, input_enabled: boolean, fps, expires_at: date, viewport: size,
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
