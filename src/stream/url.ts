import {LiveViewError} from '../errors.js';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * A preview URL that may be opened, in its normal form.
 * @throws {LiveViewError} `url_refused`; its text never quotes the URL, which holds the token.
 */
export function checkPreviewUrl(text: string): string {
  try {
    const {protocol, hostname, href} = new URL(text);
    if (protocol === 'wss:' || (protocol === 'ws:' && (!globalThis.isSecureContext || LOOPBACK.test(hostname)))) return href;
  } catch {
    // Not a URL at all.
  }
  throw new LiveViewError(
    'url_refused', 'The preview address must be wss:, or ws: to this machine.',
    {fatal: true},
  );
}
