import type {IncomingHttpHeaders, IncomingMessage} from 'node:http';
import {isIP} from 'node:net';
import {networkInterfaces} from 'node:os';
import type {Config} from './config.js';
import {isLoopback} from './loopback.js';

/** Who may come in at all, by the name under which the server was addressed and the page that a socket is opened from. */
export class Access {
  readonly #config: Pick<Config, 'host' | 'publicUrl' | 'allowedOrigins'>;
  readonly #isLoopback: boolean;

  constructor(config: Pick<Config, 'host' | 'publicUrl' | 'allowedOrigins'>) {
    this.#config = config;
    this.#isLoopback = isLoopback(config.host);
  }

  /**
   * Whether the server is known by the name in the `Host` header. A page whose own name was made to point here (DNS
   * rebinding) is of the same origin as this server, to its browser; but it brings its name along. An IP address can't be
   * made to point elsewhere.
   */
  isKnownHost(host: string | undefined): boolean {
    if (host === undefined) return false;
    if (host.toLowerCase() === this.#config.publicUrl?.host) return true;
    const address = `http://${host}`;
    if (!URL.canParse(address) || !/^[\w.:[\]-]+$/.test(host)) return false;
    const name = new URL(address).hostname.replace(/^\[|\]$/g, '');
    if (name === 'localhost' || name === this.#config.host.toLowerCase() || isLoopback(name)) return true;
    return !this.#isLoopback && isIP(name) !== 0;
  }

  /** Why a preview socket may not be opened, for whoever runs the server to mend; undefined where it may. */
  refusalOf({host, origin}: IncomingHttpHeaders): string | undefined {
    if (!this.isKnownHost(host)) return `this server does not answer to the host name ${host}: set CHASER_PUBLIC_URL to the address that clients use`;
    return this.#isAllowedOrigin(origin, host) ? undefined
      : `pages of ${origin} may not open preview sockets: add the origin to CHASER_ALLOWED_ORIGINS`;
  }

  /**
   * Whether a page of this origin may open a preview socket. What is no page sends no origin, and is let in: what counts is
   * the token, and the origin only keeps other people's pages from using one that they came by.
   */
  #isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    const {allowedOrigins, publicUrl} = this.#config;
    if (allowedOrigins.includes('*') || allowedOrigins.includes(origin) || origin === publicUrl?.origin) return true;
    return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  }

  /** The address under which a client reaches the server by WebSocket, with no slash at its end. */
  webSocketBase({headers}: Pick<IncomingMessage, 'headers'>): string {
    const base = this.#config.publicUrl ?? new URL(`http://${headers.host ?? 'localhost'}`);
    return `${base.protocol === 'https:' ? 'wss:' : 'ws:'}//${base.host}${base.pathname.replace(/\/$/, '')}`;
  }
}

/** What a session's pages must not reach: this server, where they would come from inside. */
export function ownHostPatterns(port: number): string[] {
  // Where others have their servers too, only this machine's own names are meant.
  const isCommon = port === 80 || port === 443;
  return isCommon ? ['localhost', '*.localhost', '127.*', '0.0.0.0', '[::*'].map((name) => `${name}:${port}`) : [`*:${port}`];
}

/** Where this server is reached, from anywhere: what a viewer must not open in a session. */
export function ownAddressPatterns({host, publicUrl}: Pick<Config, 'host' | 'publicUrl'>, port: number): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found.map(({address, family}) => family === 'IPv6' ? `[${address}]` : address));
  const publicPort = publicUrl && (publicUrl.port || (publicUrl.protocol === 'https:' ? '443' : '80'));
  return [
    ...ownHostPatterns(port), ...[host, ...addresses].map((name) => `${name}:${port}`),
    ...(publicUrl ? [`${publicUrl.hostname}:${publicPort}`] : []),
  ];
}
