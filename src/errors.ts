/** What went wrong, for code to decide on. */
export type LiveViewErrorCode =
  /** The address is not `ws:` or `wss:`, or is `ws:` to somewhere else than this machine from a secure page. */
  | 'url_refused'
  /** The page's token endpoint or provider gave no token. */
  | 'token_request_failed'
  /** The token has expired or was refused, and there is no way to mint another. */
  | 'token_expired'
  /** The socket broke; the element reconnects. */
  | 'connection_lost'
  /** The session is not there, or has ended. */
  | 'session_ended'
  /** The server forbids it, or does not understand this player. */
  | 'refused'
  /** A frame was not a picture that can be shown; the last good one stays. */
  | 'bad_frame'
  /** A message from the server could not be read, and was dropped. */
  | 'bad_message'
  /** The server refused something that was sent: an `error` message of the protocol. */
  | 'input_refused'
  /** Something happened in the session that no picture shows: an `error` message with a code of the server's own. */
  | 'session_notice'
  /** Something typed or clicked could not be sent, because the stream is not live. */
  | 'input_lost'
  /** The viewer's browser did not let the copied text into its clipboard. */
  | 'clipboard_blocked';

/**
 * Something went wrong: what happened, to what, and what to do about it. Its text, its members and its `cause` never
 * hold a token.
 */
export class LiveViewError extends Error {
  override readonly name = 'LiveViewError';
  readonly code: LiveViewErrorCode;
  /** Whether the element has given up; otherwise it goes on by itself. */
  readonly fatal: boolean;

  constructor(code: LiveViewErrorCode, message: string, options: {readonly fatal?: boolean; readonly cause?: unknown} = {}) {
    super(message, 'cause' in options ? {cause: options.cause} : undefined);
    this.code = code;
    this.fatal = options.fatal ?? false;
  }
}
