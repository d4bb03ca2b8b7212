import type {AddressInfo} from 'node:net';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import {fastify, type FastifyInstance} from 'fastify';
import type {Config} from '../config.js';
import {demoSite} from '../demo-site.js';
import {DemoStreams} from '../demo-streams.js';
import {BrowserSession} from '../session/session.js';
import {api} from './api.js';
import {CdpUrl} from './cdp-url.js';
import {Doors, ownHostPatterns} from './doors.js';
import {answerBrokenRequest, answerError, ApiError, shapeErrors} from './errors.js';
import {loggerOptions} from './log.js';
import {PreviewSocket} from './preview-socket.js';
import {Registry} from './registry.js';
import {Tokens} from './tokens.js';
import {routeUpgrade} from './upgrade.js';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_CONNECTIONS = 4_096;

/** What every page of the server may load: its own files, and its own sockets. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ['\'self\''], connectSrc: ['\'self\''], imgSrc: ['\'self\'', 'data:', 'blob:'], objectSrc: ['\'none\''],
    baseUri: ['\'none\''], formAction: ['\'self\''], frameAncestors: ['\'none\''],
  },
};

/** The server, whole, and not listening yet. */
export interface App {
  readonly http: FastifyInstance;
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly doors: Doors;
  /** Lets go of everybody and everything: players first, who are told, then the browsers. */
  close(): Promise<void>;
}

export async function createApp(config: Config): Promise<App> {
  const http = fastify({
    logger: loggerOptions(config.logLevel), bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true,
    // For connections that are opened and then say nothing, or not all of it.
    requestTimeout: 30_000, keepAliveTimeout: 10_000, http: {headersTimeout: 10_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16_384},
    ajv: {customOptions: {coerceTypes: false, removeAdditional: false}},
    frameworkErrors: answerError, clientErrorHandler: answerBrokenRequest,
  });
  http.server.maxConnections = MAX_CONNECTIONS;
  const doors = new Doors(config);
  const tokens = new Tokens(config.tokenSecret, config.tokenTtlMs);
  const registry = new Registry({
    maxSessions: config.maxSessions, node: config.node,
    launch: (profile) => launch(config, http, profile),
    onError: (error) => http.log.error({err: error}, 'a session did not start'),
  });
  const previews = new PreviewSocket({registry, tokens, doors, fps: config.fps, log: http.log});
  const cdp = new CdpUrl(registry);
  const demo = new DemoStreams();

  acceptJsonOnly(http);
  shapeErrors(http);
  http.addHook('onRequest', async ({headers}) => {
    if (!doors.isKnownHost(headers.host)) throw new ApiError(403, 'forbidden', 'This server is not known by that name.');
  });
  await http.register(helmet, {contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false});
  await http.register(rateLimit, {global: false});
  await http.register(api, {prefix: '/v1', config, registry, tokens, doors});
  await http.register(demoSite, {registry, tokens, doors, fps: config.fps, maxSessions: config.maxSessions});
  http.get('/healthz', async () => ({status: 'ok', sessions: registry.openCount, viewers: previews.playerCount}));
  http.server.on('upgrade', (request, stream, head) => routeUpgrade({doors, previews, cdp, demo}, request, stream, head));

  return {
    http, registry, tokens, doors,
    close: async () => {
      previews.close();
      cdp.close();
      demo.close();
      await Promise.all([http.close(), registry.endAll()]);
    },
  };
}

/** JSON, and nothing as well: many clients name the type of a body that they leave out. */
function acceptJsonOnly(http: FastifyInstance): void {
  const parse = http.getDefaultJsonParser('error', 'error');
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', {parseAs: 'string'}, (request, body: string, done) => {
    if (body === '') done(null);
    else void parse(request, body, done);
  });
}

function launch(config: Config, http: FastifyInstance, profile: 'desktop' | 'mobile'): Promise<BrowserSession> {
  return BrowserSession.start({
    profile, fps: config.fps, jpegQuality: config.jpegQuality, blockedHosts: ownHostPatterns(portOf(http)),
    ...(config.browserPath !== undefined && {browserPath: config.browserPath}),
    ...(config.cdpUrl !== undefined && {cdpUrl: config.cdpUrl}),
  });
}

/** The port that the server listens at. */
export function portOf({server}: Pick<FastifyInstance, 'server'>): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
