import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import {NAVIGATIONS} from 'chaser-live-view/protocol';
import type {FastifyInstance, FastifyRequest} from 'fastify';
import {Type} from 'typebox';
import type {Config} from './config.js';
import {previewToken, requireOpen, requireReady, sessionBody, watchedSessionBody} from './responses.js';
import type {Access} from './access.js';
import {ApiError} from './errors.js';
import {handoffApi} from './handoff-api.js';
import {Keys} from './keys.js';
import type {Registry} from './registry.js';
import type {SessionEntry} from './session-entry.js';
import {defaultNavigation, type Tokens} from './tokens.js';

const DEFAULT_TTL_SECONDS = 1_800;
const DEFAULT_LIMIT = '20';
const MINTS_PER_MINUTE = 10;
const SCREENSHOTS_PER_MINUTE = 60;

const NewSession = Type.Object({
  ttl_seconds: Type.Optional(Type.Integer({minimum: 60, maximum: 3_600})),
  profile: Type.Optional(Type.Enum(['desktop', 'mobile'])),
  control: Type.Optional(Type.Enum(['shared', 'exclusive'])),
  // The value goes into a header, so it has a limit.
  user_agent: Type.Optional(Type.String({minLength: 1, maxLength: 512, pattern: '^[ -~]*$'})),
});
const List = Type.Object({
  limit: Type.Optional(Type.String({pattern: '^([1-9]|[1-9][0-9]|100)$'})),
  cursor: Type.Optional(Type.String({pattern: '^[\\w-]{1,32}$'})),
});
const Params = Type.Object({id: Type.String()});
const Mint = Type.Object({input_enabled: Type.Optional(Type.Boolean()), navigation: Type.Optional(Type.Enum([...NAVIGATIONS]))});

declare module 'fastify' {
  interface FastifyRequest {
    /** The workspace of the request's API key. */
    workspace: string;
  }
}

export interface ApiOptions {
  readonly config: Pick<Config, 'keys' | 'fps'>;
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly access: Access;
}

/** The HTTP API under `/v1`. */
export const api: FastifyPluginAsyncTypebox<ApiOptions> = async (app, {config, registry, tokens, access}) => {
  const keys = new Keys(config.keys);
  app.decorateRequest('workspace', '');
  app.addHook('onRequest', async (request, reply) => {
    // Most answers contain secrets.
    reply.header('cache-control', 'no-store');
    const workspace = keys.workspaceOf(request.headers.authorization);
    if (workspace === undefined) throw new ApiError(401, 'unauthorized', 'The API key is missing or unknown. Send Authorization: Bearer KEY.');
    request.workspace = workspace;
  });
  // A call without parameters may leave its body out.
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined) request.body = {};
  });
  const limitMints = perSession(app, MINTS_PER_MINUTE, 'tokens');
  const limitScreenshots = perSession(app, SCREENSHOTS_PER_MINUTE, 'screenshots');
  const find = ({workspace}: FastifyRequest, id: string): SessionEntry => {
    const entry = registry.findOf(workspace, id);
    if (!entry) throw new ApiError(404, 'session_not_found', 'There is no such session.');
    return entry;
  };

  app.post('/sessions', {schema: {body: NewSession}}, async (request, reply) => {
    const {ttl_seconds: ttlSeconds = DEFAULT_TTL_SECONDS, profile = 'desktop', control = 'shared', user_agent: userAgent} = request.body;
    const entry = registry.create(request.workspace, {ttlMs: ttlSeconds * 1000, profile, control, userAgent});
    return reply.status(201).send(sessionBody(entry, access.webSocketBase(request)));
  });

  app.get('/sessions', {schema: {querystring: List}}, async (request) => {
    const {limit = DEFAULT_LIMIT, cursor} = request.query;
    const {entries, before} = registry.list(request.workspace, Number(limit), cursor === undefined ? undefined : readCursor(cursor));
    const base = access.webSocketBase(request);
    return {
      object: 'list', data: entries.map((entry) => watchedSessionBody(entry, base)),
      next_cursor: before === undefined ? null : writeCursor(before), has_more: before !== undefined,
    };
  });

  app.get('/sessions/:id', {schema: {params: Params}}, async (request) => {
    return watchedSessionBody(find(request, request.params.id), access.webSocketBase(request));
  });

  app.delete('/sessions/:id', {schema: {params: Params}}, async (request, reply) => {
    const entry = find(request, request.params.id);
    requireOpen(entry);
    await entry.end('deleted');
    return reply.status(204).send();
  });

  app.post('/sessions/:id/preview-token', {schema: {params: Params, body: Mint}}, async (request) => {
    const entry = find(request, request.params.id);
    requireReady(entry);
    const {input_enabled: isInputEnabled = true, navigation = defaultNavigation(isInputEnabled)} = request.body;
    if (!isInputEnabled && navigation !== 'none') throw new ApiError(400, 'invalid_request', 'A token without input cannot allow navigation. Leave navigation out, or allow input.');
    await limitMints(request);
    return previewToken(entry, {tokens, fps: config.fps, base: access.webSocketBase(request), rights: {isInputEnabled, navigation}});
  });

  await app.register(handoffApi, {find});

  app.post('/sessions/:id/screenshot', {schema: {params: Params}}, async (request, reply) => {
    const entry = find(request, request.params.id);
    if (!requireReady(entry).hasPage) throw new ApiError(409, 'no_page', 'The session has no open page.');
    await limitScreenshots(request);
    return reply.type('image/jpeg').header('cache-control', 'no-store').send(await screenshotOf(entry));
  });
};

/** The newest picture. @throws {ApiError} when the session ends before there is one. */
function screenshotOf(entry: SessionEntry): Promise<Buffer> {
  return requireReady(entry).screenshot().catch((error: unknown) => {
    requireOpen(entry);
    throw error;
  });
}

/** Allows a number of calls a minute for each session. Only calls that would be answered count. */
function perSession(app: FastifyInstance, max: number, what: string): (request: FastifyRequest<{Params: {id: string}}>) => Promise<void> {
  const check = app.createRateLimit({max, timeWindow: '1 minute', keyGenerator: ({params}) => String(Object.values(params ?? {})[0])});
  return async (request) => {
    const limit = await check(request);
    if (!limit.isAllowed && limit.isExceeded) {
      throw new ApiError(429, 'rate_limited', `At most ${max} ${what} a minute for each session.`, limit.ttlInSeconds);
    }
  };
}

/** A cursor is a position in the workspace's list. It stays valid when old sessions are forgotten. */
function writeCursor(before: number): string {
  return Buffer.from(String(before)).toString('base64url');
}

function readCursor(cursor: string): number {
  const before = Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isSafeInteger(before) || before < 1) throw new ApiError(400, 'invalid_request', 'The cursor is not valid. Use next_cursor from the list before.');
  return before;
}
