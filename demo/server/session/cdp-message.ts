/** A message from the browser. */
export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: {readonly message: string};
  readonly sessionId?: string;
}

/** How the message of a screencast frame begins. */
const FRAME_START = Buffer.from('{"method":"Page.screencastFrame","params":{"data":"');

/**
 * Parses a message from the browser. Most of the bytes are pictures in base64, which the JSON parser would search for escapes and
 * copy once more. Without that, a frame takes half the time from the message to its JPEG.
 */
export function parseMessage(bytes: Buffer): Message {
  const start = FRAME_START.length;
  if (!bytes.subarray(0, start).equals(FRAME_START)) {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('The message is not an object.');
    return value;
  }
  const end = bytes.indexOf('"', start);
  const message: Message & {params: {data: string}} = JSON.parse(bytes.toString('latin1', 0, start) + bytes.toString('utf8', end));
  message.params.data = bytes.toString('latin1', start, end);
  return message;
}

/** The CDP session that an event of the Target domain reports. */
export function childIn(params: unknown): string | undefined {
  return typeof params === 'object' && params !== null && 'sessionId' in params && typeof params.sessionId === 'string' ? params.sessionId : undefined;
}
