/** What went wrong, as a code that a program can check. */
export type LiveViewErrorCode =
  /** The address is not `ws:` or `wss:`, or a secure page used `ws:` to another machine. */
  | 'url_refused'
  /** The token endpoint or token provider gave no token. */
  | 'token_request_failed'
  /** The token has expired or was refused, and the element cannot get another. */
  | 'token_expired'
  /** The socket broke. The element reconnects. */
  | 'connection_lost'
  /** The session does not exist, or has ended. */
  | 'session_ended'
  /** The server forbids the connection, or does not understand this player. */
  | 'refused'
  /** A frame could not be shown. The last good picture stays. */
  | 'bad_frame'
  /** A message from the server could not be read and was dropped. */
  | 'bad_message'
  /** The server refused something that the element sent (an `error` message of the protocol). */
  | 'input_refused'
  /** Something happened in the session that the picture cannot show (an `error` message with a code of the server's own). */
  | 'session_notice'
  /** Something typed or clicked could not be sent, because the stream is not live. */
  | 'input_lost'
  /** The viewer's browser did not allow the element to write the copied text to the clipboard. */
  | 'clipboard_blocked';

/**
 * An error of the live view. The message says what happened. Neither the message nor the members nor `cause` ever contain a
 * token.
 */
export class LiveViewError extends Error {
  override readonly name = 'LiveViewError';
  readonly code: LiveViewErrorCode;
  /** Whether the element has given up. Otherwise it recovers by itself. */
  readonly fatal: boolean;

  constructor(code: LiveViewErrorCode, message: string, options: {readonly fatal?: boolean; readonly cause?: unknown} = {}) {
    super(message, 'cause' in options ? {cause: options.cause} : undefined);
    this.code = code;
    this.fatal = options.fatal ?? false;
  }
}
