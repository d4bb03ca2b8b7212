/** The version of the protocol. */
export const PROTOCOL_VERSION = 1;

/** Longest text message that a player sends, in bytes of UTF-8. */
export const MAX_PLAYER_MESSAGE_BYTES = 64 * 1024;
/** Longest text message that a server sends, in bytes of UTF-8. */
export const MAX_SERVER_MESSAGE_BYTES = 1024 * 1024;
/** Largest frame that a player decodes, in bytes. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Largest width and height of a frame, in pixels. */
export const MAX_FRAME_SIDE_PX = 8192;
/** Most pixels of a frame, whole or patched together: 8K. */
export const MAX_FRAME_PIXELS = 33_177_600;
/** Most pieces in one patch. */
export const MAX_PATCH_COPIES = 64;
/** Longest binary message that a player sends, in bytes. */
export const MAX_PLAYER_BINARY_BYTES = 1024 * 1024;
/** Most bytes of one paste, all its items together. */
export const MAX_PASTE_BYTES = 8 * 1024 * 1024;
/** Most pages that a server tells of. */
export const MAX_TABS = 50;
/** Longest note of a hand-over's answer, in UTF-16 units. */
export const MAX_HANDOFF_NOTE_LENGTH = 500;
/** Most points in the `path` of one move, and most fingers in one touch. */
export const MAX_PATH_POINTS = 1024;
export const MAX_TOUCH_POINTS = 16;

/** Bits of a `modifiers` mask. */
export const MODIFIER = {alt: 1, control: 2, meta: 4, shift: 8} as const;

/** Codes with which a server refuses what a player sent. */
export const REFUSAL_CODES = ['bad_message', 'input_disabled', 'too_large', 'rate_limited', 'not_driving', 'not_allowed'] as const;

/** What a server may say in `hello.features` that it understands beyond the protocol's first eight sections. */
export const FEATURES = ['patches', 'paste', 'files', 'navigation', 'handoff', 'control'] as const;
/** How far a token's holder may navigate. */
export const NAVIGATIONS = ['none', 'history', 'full'] as const;
/** How a hand-over may end. */
export const HANDOFF_STATUSES = ['done', 'failed', 'expired', 'canceled', 'session_ended'] as const;
/** The forms in which a paste crosses the wire. */
export const PASTE_TYPES = ['text/plain', 'text/html', 'image/png'] as const;

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

const ACTIONS: Readonly<Record<number, CloseAction>> = {
  [CLOSE_CODE.normal]: 'end',
  [CLOSE_CODE.sessionNotFound]: 'end',
  [CLOSE_CODE.sessionEnded]: 'end',
  [CLOSE_CODE.badMessage]: 'fail',
  [CLOSE_CODE.forbidden]: 'fail',
  [CLOSE_CODE.tokenRejected]: 'mint',
};

/**
 * What a player does about a close code. A code that the protocol does not name is taken for a broken connection, as
 * 1006 is: a proxy in between may have made it up.
 */
export function closeAction(code: number): CloseAction {
  return ACTIONS[code] ?? 'retry';
}
