import type {IncomingMessage} from 'node:http';
import {STATUS_CODES} from 'node:http';
import type {Duplex} from 'node:stream';
import type {InjectOptions, LightMyRequestResponse} from 'fastify';
import type {Access} from './access.js';
import type {CdpUrl} from './cdp-url.js';
import {writeError} from './errors.js';
import type {Openings} from './openings.js';
import type {PreviewSocket} from './preview-socket.js';

export interface Upgrades {
  /** Answers a request as if it had not asked for an upgrade. */
  readonly answer: (asked: InjectOptions) => Promise<LightMyRequestResponse>;
  readonly access: Access;
  readonly openings: Openings;
  readonly previews: PreviewSocket;
  readonly cdp: CdpUrl;
  /** Handles WebSockets beside the API's own. Returns false if there is none at this address. */
  readonly extension: ((request: IncomingMessage, stream: Duplex, head: Buffer, url: URL) => boolean) | undefined;
}

/** Any id matches, because a player learns from a close code that the session does not exist. */
const PREVIEW = /^\/sessions\/([^/]*)\/preview$/;
const CDP = /^\/sessions\/([\w-]{1,64})\/cdp\/([\w-]{1,128})$/;

/** Routes each WebSocket to its handler. */
export function routeUpgrade({access, openings, previews, cdp, extension, answer}: Upgrades, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  // Node leaves the stream without an error listener, and an unhandled error ends the process.
  stream.on('error', () => stream.destroy());
  // Removes the HTTP request's timeout: the stream has limits of its own.
  request.socket.setTimeout(0);
  const url = URL.canParse(request.url ?? '', 'http://localhost') ? new URL(request.url ?? '', 'http://localhost') : undefined;
  const preview = PREVIEW.exec(url?.pathname ?? '');
  const automation = CDP.exec(url?.pathname ?? '');
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') return void answerInstead(answer, request, stream);
  // A player can't read an answer in HTTP, so its socket is accepted first, and counted there.
  if (preview) previews.upgrade(request, stream, head, preview[1] ?? '', url?.searchParams.get('token') ?? '');
  else if (!openings.take(request.socket.remoteAddress)) writeError(stream, 429, 'rate_limited', 'Too many sockets were opened from this address.');
  else if (!access.isKnownHost(request.headers.host)) writeError(stream, 403, 'forbidden', 'This server does not answer to this host name. Set CHASER_PUBLIC_URL to the address that clients use.');
  else if (automation) void cdp.upgrade(request, stream, head, automation[1] ?? '', automation[2] ?? '');
  else if (!url || !extension?.(request, stream, head, url)) writeError(stream, 404, 'not_found', 'There is no socket at this address.');
}

/**
 * Answers a request that offers another protocol (`curl --http2` sends `Upgrade: h2c`) as if it had not offered one
 * (RFC 9110, section 7.8), and closes its connection. Only for requests without a body, because nothing has read the body.
 */
async function answerInstead(answer: Upgrades['answer'], request: IncomingMessage, stream: Duplex): Promise<void> {
  const {method = 'GET', url = '/', headers: {upgrade: _, connection: __, 'http2-settings': ___, ...headers}, socket} = request;
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) {
    writeError(stream, 400, 'invalid_request', 'A request with a body cannot be upgraded.');
    return;
  }
  // Nothing reads the stream from now on, and an answer that does not come is not waited for.
  stream.resume();
  const timer = setTimeout(() => stream.destroy(), ANSWER_TIMEOUT_MS);
  stream.once('close', () => clearTimeout(timer));
  const response = await answer({method: method as InjectOptions['method'] & string, url, headers, remoteAddress: socket.remoteAddress ?? ''});
  const lines = Object.entries({...response.headers, connection: 'close'}).flatMap(([name, value]) => [value ?? []].flat().map((each) => `${name}: ${each}\r\n`));
  stream.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${response.statusCode} ${STATUS_CODES[response.statusCode] ?? ''}\r\n${lines.join('')}\r\n`), response.rawPayload]));
  setTimeout(() => stream.destroy(), LINGER_MS).unref();
}

const ANSWER_TIMEOUT_MS = 15_000;
/** How long a client may take to read its answer. */
const LINGER_MS = 2_000;
