import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import type {Access} from './access.js';
import type {CdpUrl} from './cdp-url.js';
import {writeError} from './errors.js';
import type {Openings} from './openings.js';
import type {PreviewSocket} from './preview-socket.js';

export interface Upgrades {
  readonly access: Access;
  readonly openings: Openings;
  readonly previews: PreviewSocket;
  readonly cdp: CdpUrl;
  /** Sockets beside the API's own; false when there is none at this address. */
  readonly extension: ((request: IncomingMessage, stream: Duplex, head: Buffer, url: URL) => boolean) | undefined;
}

const PREVIEW = /^\/sessions\/([\w-]{1,64})\/preview$/;
const CDP = /^\/sessions\/([\w-]{1,64})\/cdp\/([\w-]{1,128})$/;

/** Takes each WebSocket to where it wants to go. */
export function routeUpgrade({access, openings, previews, cdp, extension}: Upgrades, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  // Node leaves the stream without a listener, and an error that nobody hears ends the process.
  stream.on('error', () => stream.destroy());
  // The time that a request may take is over: a stream has bounds of its own.
  request.socket.setTimeout(0);
  const url = URL.canParse(request.url ?? '', 'http://localhost') ? new URL(request.url ?? '', 'http://localhost') : undefined;
  const preview = PREVIEW.exec(url?.pathname ?? '');
  const automation = CDP.exec(url?.pathname ?? '');
  // A player can't read an answer in HTTP: it is let in first, and counted there.
  if (preview) previews.upgrade(request, stream, head, preview[1] ?? '', url?.searchParams.get('token') ?? '');
  else if (!openings.take(request.socket.remoteAddress)) writeError(stream, 429, 'rate_limited', 'Too many sockets were opened from this address.');
  else if (!access.isKnownHost(request.headers.host)) writeError(stream, 403, 'forbidden', 'This server is not known by that name.');
  else if (automation) void cdp.upgrade(request, stream, head, automation[1] ?? '', automation[2] ?? '');
  else if (!url || !extension?.(request, stream, head, url)) writeError(stream, 404, 'not_found', 'There is no socket at this address.');
}
