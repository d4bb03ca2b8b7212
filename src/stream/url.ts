import {LiveViewError} from '../errors.js';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Checks a preview URL. Returns it in its normal form.
 * @throws {LiveViewError} `url_refused`. The text never quotes the URL, which contains the token.
 */
export function checkPreviewUrl(text: string): string {
  try {
    const {protocol, hostname, href} = new URL(text);
    if (protocol === 'wss:' || (protocol === 'ws:' && (!globalThis.isSecureContext || LOOPBACK.test(hostname)))) return href;
  } catch {
    // The text is not a URL.
  }
  throw new LiveViewError(
    'url_refused', 'The preview address must be wss:, or ws: to this machine.',
    {fatal: true},
  );
}
