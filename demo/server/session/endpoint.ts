import {lookup} from 'node:dns/promises';
import {unescape} from 'node:querystring';
import {CdpError} from './cdp.js';

/** A browser's answer to a request by a host name other than localhost, which a page could have sent. */
const IS_NAME_REFUSED = /Host header is specified and is not an IP address or localhost/;

const ANSWER_TIMEOUT_MS = 10_000;
/** A browser's answer has less than a kilobyte. */
const MAX_ANSWER_LENGTH = 1024 * 1024;

/**
 * The WebSocket address of the browser at a CDP endpoint. A `ws:` address is returned as it is.
 * @throws {CdpError} when no browser answers there.
 */
export async function resolveEndpoint(cdpUrl: string, signal?: AbortSignal): Promise<string> {
  const url = new URL(cdpUrl);
  if (url.protocol.startsWith('ws')) return cdpUrl;
  const {text, host} = await askVersion(url, signal);
  const address = addressIn(text);
  if (address === undefined) throw new CdpError('The server at the CDP endpoint is not a browser.');
  const socket = new URL(address);
  // A browser in a container names its address inside the container, which does not work outside.
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  socket.host = host;
  [socket.username, socket.password] = [url.username, url.password];
  if (!socket.search) socket.search = url.search;
  return socket.href;
}

async function askVersion(url: URL, signal: AbortSignal | undefined): Promise<{text: string; host: string}> {
  const question = new URL(url);
  question.pathname = `${url.pathname.replace(/\/$/, '')}/json/version`;
  const text = await fetchText(question, signal);
  if (!IS_NAME_REFUSED.test(text)) return {text, host: url.host};
  const {address, family} = await lookup(url.hostname);
  question.hostname = family === 6 ? `[${address}]` : address;
  return {text: await fetchText(question, signal), host: question.host};
}

async function fetchText(url: URL, signal: AbortSignal | undefined): Promise<string> {
  let text = '';
  try {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const {address, headers} = withoutCredentials(url);
    const response = await fetch(address, {headers, signal: signal ? AbortSignal.any([timeout, signal]) : timeout, redirect: 'error'});
    // Read piece by piece, because the answer may never end. Leaving the loop closes the connection.
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      if (text.length > MAX_ANSWER_LENGTH) break;
    }
  } catch (error) {
    throw new CdpError('Nothing answered at the CDP endpoint.', {cause: error});
  }
  if (text.length > MAX_ANSWER_LENGTH) throw new CdpError('The server at the CDP endpoint is not a browser: its answer is longer than 1 MiB.');
  return text;
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

/** An address may contain a user and a password, which `fetch` accepts only in a header. */
function withoutCredentials(url: URL): {address: URL; headers: Record<string, string>} {
  const {username, password} = url;
  const address = new URL(url);
  address.username = address.password = '';
  if (username === '' && password === '') return {address, headers: {}};
  // Decoded like `ws` decodes them: if a percent sign is not part of an escape, the text is taken as it is.
  const credentials = Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64');
  return {address, headers: {authorization: `Basic ${credentials}`}};
}
