import {LiveViewError} from '../errors.js';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * A preview URL that may be opened.
 * @throws {LiveViewError} `url_refused`; its text never quotes the URL, which holds the token.
 */
export function checkPreviewUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refused('The preview address is not a URL. Use the `url` of the mint call\'s answer as it is.');
  }
  if (url.protocol === 'wss:') return url;
  if (url.protocol !== 'ws:') throw refused('The preview address is not a wss: URL. Use the `url` of the mint call\'s answer as it is.');
  if (isSecureContext && location.protocol === 'https:' && !LOOPBACK.test(url.hostname)) {
    throw refused('From a secure page only wss: addresses are opened; ws: only to this very machine.');
  }
  return url;
}

function refused(message: string): LiveViewError {
  return new LiveViewError('url_refused', message, {fatal: true});
}
