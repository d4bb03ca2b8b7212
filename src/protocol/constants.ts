/** The version of the protocol. */
export const PROTOCOL_VERSION = 1;

/** The longest text message from a player, in bytes of UTF-8. */
export const MAX_PLAYER_MESSAGE_BYTES = 64 * 1024;
/** The longest text message from a server, in bytes of UTF-8. */
export const MAX_SERVER_MESSAGE_BYTES = 1024 * 1024;
/** The largest frame that a player decodes, in bytes. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** The largest width and height of a frame, in pixels. */
export const MAX_FRAME_SIDE_PX = 8192;
/** The most pixels of a frame, whole or made of patches: 8K. */
export const MAX_FRAME_PIXELS = 33_177_600;
/** The most pieces in one patch. */
export const MAX_PATCH_COPIES = 64;
/** The longest binary message from a player, in bytes. */
export const MAX_PLAYER_BINARY_BYTES = 1024 * 1024;
/** The most bytes of one paste, all items together. */
export const MAX_PASTE_BYTES = 8 * 1024 * 1024;
/** The most tabs that a server lists. */
export const MAX_TABS = 50;
/** The longest note in the answer to a hand-over, in Unicode characters, some of which are two UTF-16 units. */
export const MAX_HANDOFF_NOTE_LENGTH = 500;
/** The most points in the `path` of one move, and the most fingers in one touch. */
export const MAX_PATH_POINTS = 1024;
export const MAX_TOUCH_POINTS = 16;

/** Bits of a `modifiers` mask. */
export const MODIFIER = {alt: 1, control: 2, meta: 4, shift: 8} as const;

/** Error codes that say that the server refused something. */
export const REFUSAL_CODES = ['bad_message', 'input_disabled', 'too_large', 'rate_limited', 'not_driving', 'not_allowed'] as const;

/** The values of `hello.features`: what a server supports beyond sections 1 to 8 of the protocol. */
export const FEATURES = ['patches', 'paste', 'files', 'navigation', 'handoff', 'control'] as const;
/** What navigation a token allows. */
export const NAVIGATIONS = ['none', 'history', 'full'] as const;
/** How a hand-over may end. */
export const HANDOFF_STATUSES = ['done', 'failed', 'expired', 'canceled', 'session_ended'] as const;
/** The content types of a paste. */
export const PASTE_TYPES = ['text/plain', 'text/html', 'image/png'] as const;

/** WebSocket close codes that have a meaning in this protocol; see `closeAction`. */
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

/** What a player does after a close: reconnect (`retry`), request a new token (`mint`), end (`end`) or give up (`fail`). */
export type CloseAction = 'retry' | 'mint' | 'end' | 'fail';

const ACTIONS: Readonly<Record<number, CloseAction>> = {
  [CLOSE_CODE.normal]: 'end',
  [CLOSE_CODE.sessionNotFound]: 'end',
  [CLOSE_CODE.sessionEnded]: 'end',
  [CLOSE_CODE.badMessage]: 'fail',
  [CLOSE_CODE.forbidden]: 'fail',
  [CLOSE_CODE.tokenRejected]: 'mint',
};

/**
 * What a player does after a close code. A code that the protocol does not name counts as a broken connection, like
 * 1006, because a proxy may have sent it.
 */
export function closeAction(code: number): CloseAction {
  return ACTIONS[code] ?? 'retry';
}
