import {lookup} from 'node:dns/promises';
import {CdpError} from './cdp.js';

/** A browser says so when it is asked by a name other than localhost: a page could have sent the question. */
const IS_NAME_REFUSED = /Host header is specified and is not an IP address or localhost/;

/**
 * The WebSocket address of the browser behind a CDP endpoint; a `ws:` address is one already.
 * @throws {CdpError} when nothing there answers as a browser does.
 */
export async function resolveEndpoint(cdpUrl: string): Promise<string> {
  const url = new URL(cdpUrl);
  if (url.protocol.startsWith('ws')) return cdpUrl;
  const {text, host} = await askVersion(url);
  const address = addressIn(text);
  if (address === undefined) throw new CdpError('What answers at the CDP endpoint is no browser.');
  const socket = new URL(address);
  // A browser in a container knows itself by an address that is of no use outside of it.
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  socket.host = host;
  if (!socket.search) socket.search = url.search;
  return socket.href;
}

async function askVersion(url: URL): Promise<{text: string; host: string}> {
  const question = new URL(url);
  question.pathname = `${url.pathname.replace(/\/$/, '')}/json/version`;
  const text = await fetchText(question);
  if (!IS_NAME_REFUSED.test(text)) return {text, host: url.host};
  const {address, family} = await lookup(url.hostname);
  question.hostname = family === 6 ? `[${address}]` : address;
  return {text: await fetchText(question), host: question.host};
}

async function fetchText(url: URL): Promise<string> {
  try {
    const response = await fetch(url, {signal: AbortSignal.timeout(10_000), redirect: 'error'});
    return await response.text();
  } catch (error) {
    throw new CdpError('Nothing answered at the CDP endpoint.', {cause: error});
  }
}

function addressIn(text: string): string | undefined {
  try {
    const version: unknown = JSON.parse(text);
    const address = new Map<string, unknown>(Object.entries(Object(version))).get('webSocketDebuggerUrl');
    return typeof address === 'string' && URL.canParse(address) ? address : undefined;
  } catch {
    return undefined;
  }
}
