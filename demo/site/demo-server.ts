import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import type {FastifyRequest} from 'fastify';
import type {ServerParts} from '../server/app.js';
import type {Config} from '../server/config.js';
import type {Sites} from './sites.js';

/** What the demo needs of the server. */
export interface DemoServer extends ServerParts, Pick<Config, 'fps' | 'maxSessions'> {
  readonly sites: Sites;
}

export type DemoApp = Parameters<FastifyPluginAsyncTypebox>[0];

/** The address at which this process reaches the server: the one that the visitor's connection used. */
export function ownAddress({socket: {localAddress = '127.0.0.1', localPort = 0}}: FastifyRequest): string {
  return `ws://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
