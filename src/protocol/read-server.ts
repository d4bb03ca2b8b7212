import {HANDOFF_STATUSES, MAX_PATCH_COPIES, MAX_SERVER_MESSAGE_BYTES, MAX_TABS, NAVIGATIONS} from './constants.js';
import type {
  ClipboardMessage, ControlMessage, CursorMessage, DialogMessage, DownloadMessage, ErrorMessage, FileChooserMessage, FocusMessage,
  HandoffClosedMessage, HandoffMessage, HelloMessage, PageMessage, PatchCopy, PatchMessage, SelectMessage, SelectOption, ServerMessage, Tab,
  TabsMessage,
} from './server-messages.js';
import type {PreviewToken, Size} from './types.js';
import {
  MAX_OPTIONS, anyNumber, boolean, coordinate, date, id, length, list, number, oneOf, optional, parse, refuse, shape, side, string, time,
} from './read.js';
import type {Bodies, Body, Kind, Parsed} from './read.js';

/** Parses a message from a server. */
export function parseServerMessage(text: string): Parsed<ServerMessage> {
  return parse(text, MAX_SERVER_MESSAGE_BYTES, bodies);
}

/**
 * Parses the answer to a token request.
 * @throws {TypeError} that names the wrong member, but never its value, because the URL contains the token.
 */
export function parsePreviewToken(value: unknown): PreviewToken {
  return previewToken(value, 'the preview token');
}

const fps = number(0, 1000);
const size = shape<Size>({width: side, height: side});
const navigation = optional(oneOf(...NAVIGATIONS));
const previewToken = shape<PreviewToken>({url: string, expires_at: date, input_enabled: boolean, fps, navigation});
const origin = optional(string);

/** Six whole numbers. Whether they lie inside the pictures is checked elsewhere. */
const patchCopy: Kind<PatchCopy> = (value, name) => {
  if (!Array.isArray(value)) return refuse(name, 'a list of [sx, sy, width, height, x, y]');
  const [sx, sy, width, height, x, y]: readonly unknown[] = value;
  return [pixels(sx, name), pixels(sy, name), pixels(width, name), pixels(height, name), pixels(x, name), pixels(y, name)];
};
const pixels = number(0, 0xffff, Number.isInteger);

const MAX_FEATURES = 64;
const MAX_VIEWERS = 1e6;

const bodies: Bodies = {
  hello: shape<Body<HelloMessage>>({
    protocol: anyNumber, session: string, input_enabled: boolean, fps, expires_at: date, viewport: size,
    server_time: optional(date), viewer: optional(string), features: optional(list(MAX_FEATURES, string)), navigation,
    touch: optional(boolean),
  }),
  viewport: size,
  cursor: shape<Body<CursorMessage>>({cursor: string}),
  focus: shape<Body<FocusMessage>>({
    editable: boolean, inputmode: optional(string), x: optional(coordinate), y: optional(coordinate), width: optional(length), height: optional(length),
  }),
  page: shape<Body<PageMessage>>({url: string, title: string}),
  dialog: shape<Body<DialogMessage>>({
    id: string, kind: oneOf('alert', 'confirm', 'prompt', 'beforeunload'), message: string, defaultValue: optional(string), origin,
  }),
  dialog_closed: id,
  select: shape<Body<SelectMessage>>({
    id: string, multiple: boolean, x: coordinate, y: coordinate, width: length, height: length, origin,
    options: list(MAX_OPTIONS, shape<SelectOption>({
      value: string, label: string, selected: boolean, disabled: boolean, group: optional(string),
    })),
  }),
  clipboard: shape<Body<ClipboardMessage>>({text: string, html: optional(string), by: optional(oneOf('person', 'page'))}),
  pong: time,
  error: shape<Body<ErrorMessage>>({code: string, message: string}),
  patch: shape<Body<PatchMessage>>({copies: list(MAX_PATCH_COPIES, patchCopy)}),
  handoff: shape<Body<HandoffMessage>>({id: string, instructions: string, expires_at: date}),
  handoff_closed: shape<Body<HandoffClosedMessage>>({id: string, status: oneOf(...HANDOFF_STATUSES)}),
  control: shape<Body<ControlMessage>>({driver: oneOf('you', 'other', 'none'), viewers: number(0, MAX_VIEWERS)}),
  tabs: shape<Body<TabsMessage>>({
    tabs: list(MAX_TABS, shape<Tab>({id: string, url: string, title: string, active: boolean})),
    back: boolean, forward: boolean, loading: boolean,
  }),
  file_chooser: shape<Body<FileChooserMessage>>({id: string, multiple: boolean, accept: string}),
  file_chooser_closed: id,
  download: shape<Body<DownloadMessage>>({id: string, name: string, size: optional(number(0, 1e12)), url: optional(string), error: optional(string)}),
};
