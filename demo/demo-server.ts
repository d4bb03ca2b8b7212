import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import type {FastifyRequest} from 'fastify';
import type {Doors} from './server/doors.js';
import type {Registry} from './server/registry.js';
import type {Tokens} from './server/tokens.js';
import type {Sites} from './sites.js';

/** What the demo has of the server that it is part of. */
export interface DemoSiteOptions {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly doors: Doors;
  readonly fps: number;
  readonly maxSessions: number;
}

export interface DemoServer extends DemoSiteOptions {
  readonly sites: Sites;
}

export type DemoApp = Parameters<FastifyPluginAsyncTypebox<DemoSiteOptions>>[0];

/** Where this process reaches the server itself: the address that the visitor's connection came in at. */
export function ownAddress({socket: {localAddress = '127.0.0.1', localPort = 0}}: FastifyRequest): string {
  return `ws://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
