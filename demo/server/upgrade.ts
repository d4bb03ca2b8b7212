import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import type {DemoStreams} from '../demo-streams.js';
import type {CdpUrl} from './cdp-url.js';
import type {Doors} from './doors.js';
import {writeError} from './errors.js';
import type {PreviewSocket} from './preview-socket.js';

export interface Upgrades {
  readonly doors: Doors;
  readonly previews: PreviewSocket;
  readonly cdp: CdpUrl;
  readonly demo: Pick<DemoStreams, 'upgrade'>;
}

const PREVIEW = /^\/sessions\/([\w-]{1,64})\/preview$/;
const DEMO = /^\/demo\/streams\/(\w{1,32})$/;
const CDP = /^\/sessions\/([\w-]{1,64})\/cdp\/([\w-]{1,128})$/;

/** Takes each WebSocket to where it wants to go. */
export function routeUpgrade({doors, previews, cdp, demo}: Upgrades, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  // Node leaves the stream without a listener, and an error that nobody hears ends the process.
  stream.on('error', () => stream.destroy());
  const url = URL.canParse(request.url ?? '', 'http://localhost') ? new URL(request.url ?? '', 'http://localhost') : undefined;
  const preview = PREVIEW.exec(url?.pathname ?? '');
  const demoStream = DEMO.exec(url?.pathname ?? '');
  const automation = CDP.exec(url?.pathname ?? '');
  if (preview) previews.upgrade(request, stream, head, preview[1] ?? '', url?.searchParams.get('token') ?? '');
  else if (!doors.isKnownHost(request.headers.host)) writeError(stream, 403, 'forbidden', 'This server is not known by that name.');
  else if (demoStream) demo.upgrade(request, stream, head, demoStream[1] ?? '');
  else if (automation) void cdp.upgrade(request, stream, head, automation[1] ?? '', automation[2] ?? '');
  else writeError(stream, 404, 'not_found', 'There is no socket at this address.');
}
