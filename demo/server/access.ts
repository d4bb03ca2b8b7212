import type {IncomingHttpHeaders, IncomingMessage} from 'node:http';
import {isIP} from 'node:net';
import {networkInterfaces} from 'node:os';
import type {Config} from './config.js';
import {isLoopback} from './loopback.js';

/** Decides who may connect, by the server's name in the request and the origin of the page. */
export class Access {
  readonly #config: Pick<Config, 'host' | 'publicUrl' | 'allowedOrigins'>;
  readonly #isLoopback: boolean;

  constructor(config: Pick<Config, 'host' | 'publicUrl' | 'allowedOrigins'>) {
    this.#config = config;
    this.#isLoopback = isLoopback(config.host);
  }

  /**
   * Whether the `Host` header has a name of this server. This stops DNS rebinding: a page whose own name was made to point to this
   * server has the same origin as the server for its browser, but still sends its own name. An IP address can't be made to point
   * elsewhere.
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

  /** Why a preview socket is refused, for the operator of the server. Undefined if it is accepted. */
  refusalOf({host, origin}: IncomingHttpHeaders): string | undefined {
    if (!this.isKnownHost(host)) return `this server does not answer to the host name ${host}: set CHASER_PUBLIC_URL to the address that clients use`;
    return this.#isAllowedOrigin(origin, host) ? undefined
      : `pages of ${origin} may not open preview sockets: add the origin to CHASER_ALLOWED_ORIGINS`;
  }

  /**
   * Whether a page of this origin may open a preview socket. A client that is not a page sends no origin, and is accepted: the token
   * decides. The origin check only stops other people's pages from using a token that they have got hold of.
   */
  #isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    const {allowedOrigins, publicUrl} = this.#config;
    if (allowedOrigins.includes('*') || allowedOrigins.includes(origin) || origin === publicUrl?.origin) return true;
    return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  }

  /** The address at which a client reaches the server by WebSocket, without a slash at the end. */
  webSocketBase({headers}: Pick<IncomingMessage, 'headers'>): string {
    const base = this.#config.publicUrl ?? new URL(`http://${headers.host ?? 'localhost'}`);
    return `${base.protocol === 'https:' ? 'wss:' : 'ws:'}//${base.host}${base.pathname.replace(/\/$/, '')}`;
  }
}

/** The hosts that a session's pages must not reach, because they are this server. */
export function ownHostPatterns(port: number): string[] {
  // On a common port, other servers are reached too, so only this machine's own names are blocked.
  const isCommon = port === 80 || port === 443;
  return isCommon ? ['localhost', '*.localhost', '127.*', '0.0.0.0', '[::*'].map((name) => `${name}:${port}`) : [`*:${port}`];
}

/** All addresses of this server, which a viewer must not open in a session. */
export function ownAddressPatterns({host, publicUrl}: Pick<Config, 'host' | 'publicUrl'>, port: number): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found.map(({address, family}) => family === 'IPv6' ? `[${address}]` : address));
  const publicPort = publicUrl && (publicUrl.port || (publicUrl.protocol === 'https:' ? '443' : '80'));
  return [
    ...ownHostPatterns(port), ...[host, ...addresses].map((name) => `${name}:${port}`),
    ...(publicUrl ? [`${publicUrl.hostname}:${publicPort}`] : []),
  ];
}
