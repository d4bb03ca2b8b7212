import type {IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';
import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import {fastify, type FastifyInstance} from 'fastify';
import {Access, ownAddressPatterns, ownHostPatterns} from './access.js';
import {api} from './api.js';
import {CdpUrl} from './cdp-url.js';
import {downloadsApi} from './downloads-api.js';
import type {Config} from './config.js';
import {answerBrokenRequest, answerError, ApiError, shapeErrors} from './errors.js';
import {loggerOptions, secretsOf} from './log.js';
import {Openings} from './openings.js';
import {PreviewSocket} from './preview-socket.js';
import {Registry} from './registry.js';
import type {SessionEntryOptions} from './session-entry.js';
import {BrowserSession} from './session/session.js';
import {Tokens} from './tokens.js';
import {routeUpgrade} from './upgrade.js';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 4_096;
const UNREAD_TIMEOUT_MS = 15_000;

/** The content security policy of every answer: only the server's own files and sockets. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ['\'self\''], connectSrc: ['\'self\''], imgSrc: ['\'self\'', 'data:', 'blob:'], objectSrc: ['\'none\''],
    baseUri: ['\'none\''], formAction: ['\'self\''], frameAncestors: ['\'none\''],
  },
};

/** The parts of the server that an extension can use. */
export interface ServerParts {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly access: Access;
}

/** What an extension adds to the server beside its API. */
export interface ServerExtension {
  readonly routes: (app: Parameters<FastifyPluginAsyncTypebox>[0], parts: ServerParts) => Promise<void>;
  /** Handles a WebSocket at an address of the extension's. Returns false if there is none at this address. */
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer, url: URL) => boolean;
  readonly close: () => void;
}

/** The complete server, which does not listen yet. */
export interface App extends ServerParts {
  readonly http: FastifyInstance;
  /** Shuts down: tells the players to come back later, and then ends the browsers. */
  close(): Promise<void>;
}

export async function createApp(config: Config, extension?: ServerExtension): Promise<App> {
  const http = fastify({
    logger: loggerOptions(config.logLevel, secretsOf(config.cdpUrl)), bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true,
    // For connections that send nothing, or only a part of a request.
    requestTimeout: 10_000, keepAliveTimeout: 10_000, http: {headersTimeout: 10_000, connectionsCheckingInterval: 4_000, maxHeaderSize: MAX_HEADER_BYTES},
    // An id may be as long as an address: it is one that nobody knows, like any other.
    routerOptions: {maxParamLength: MAX_HEADER_BYTES},
    ajv: {customOptions: {coerceTypes: false, removeAdditional: false}},
    frameworkErrors: answerError, clientErrorHandler: answerBrokenRequest,
  });
  http.server.maxConnections = MAX_CONNECTIONS;
  // For clients that send requests and do not read the answers. A client that waits for its answer has nothing to read yet.
  http.server.setTimeout(UNREAD_TIMEOUT_MS, (socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });
  const access = new Access(config);
  const tokens = new Tokens(config.tokenSecret, config.tokenTtlMs);
  const registry = new Registry({
    maxSessions: config.maxSessions, node: config.node, driverIdleMs: config.driverIdleMs,
    launch: (wanted, signal) => launch(config, http, wanted, signal),
    onError: (error) => http.log.error({err: error}, 'a session did not start'),
  });
  const openings = new Openings();
  const previews = new PreviewSocket({registry, tokens, access, openings, fps: config.fps, log: http.log});
  const cdp = new CdpUrl(registry);

  acceptJsonOnly(http);
  shapeErrors(http);
  http.addHook('onRequest', async ({headers}) => {
    if (!access.isKnownHost(headers.host)) throw new ApiError(403, 'forbidden', 'This server does not answer to this host name. Set CHASER_PUBLIC_URL to the address that clients use.');
  });
  await http.register(helmet, {contentSecurityPolicy: CONTENT_SECURITY_POLICY, strictTransportSecurity: false});
  await http.register(rateLimit, {global: false});
  await http.register(api, {prefix: '/v1', config, registry, tokens, access});
  await http.register(downloadsApi, {registry});
  if (extension) await http.register((app) => extension.routes(app, {registry, tokens, access}));
  http.get('/healthz', async () => ({status: 'ok', sessions: registry.openCount, viewers: registry.viewerCount}));
  http.server.on('upgrade', (request, stream, head) => routeUpgrade({access, openings, previews, cdp, extension: extension?.upgrade, answer: (asked) => http.inject(asked)}, request, stream, head));

  return {
    http, registry, tokens, access,
    close: async () => {
      previews.close();
      openings.stop();
      cdp.close();
      extension?.close();
      await Promise.all([http.close(), registry.endAll()]);
    },
  };
}

/** Accepts JSON and an empty body, because many clients send a content type for a body that they leave out. */
function acceptJsonOnly(http: FastifyInstance): void {
  const parse = http.getDefaultJsonParser('error', 'error');
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('application/json', {parseAs: 'string'}, (request, body: string, done) => {
    if (body === '') done(null);
    else void parse(request, body, done);
  });
}

function launch(config: Config, http: FastifyInstance, {profile, userAgent}: Parameters<SessionEntryOptions['launch']>[0], signal: AbortSignal): Promise<BrowserSession> {
  return BrowserSession.start({
    profile, signal, fps: config.fps, jpegQuality: config.jpegQuality, blockedHosts: ownHostPatterns(portOf(http)),
    maxUploadBytes: config.maxUploadBytes, maxDownloadBytes: config.maxDownloadBytes,
    forbiddenHosts: ownAddressPatterns(config, portOf(http)),
    isHeaded: config.isHeaded,
    ...(userAgent !== undefined && {userAgent}),
    ...(config.browserPath !== undefined && {browserPath: config.browserPath}),
    ...(config.cdpUrl !== undefined && {cdpUrl: config.cdpUrl}),
  });
}

/** The port that the server listens on. */
export function portOf({server}: Pick<FastifyInstance, 'server'>): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
