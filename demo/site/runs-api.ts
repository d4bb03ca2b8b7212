import {randomUUID} from 'node:crypto';
import {Type} from 'typebox';
import type {FastifyRequest} from 'fastify';
import {CAPTCHA_KINDS} from './captchas/captcha-server.js';
import {type DemoApp, type DemoServer, ownAddress} from './demo-server.js';
import {type Run, Runs} from './runs.js';
import {previewToken} from '../server/responses.js';
import {cdpPath} from '../server/cdp-url.js';
import {ApiError} from '../server/errors.js';

/** The most visitors at a time, each with a browser of their own. */
const MAX_RUNS = 5;
const RUN_TTL_MS = 15 * 60_000;
const MINTS_PER_MINUTE = 10;
/** Belongs to no key, because a workspace's name can't contain a colon. */
const WORKSPACE = 'demo:visitors';
const COOKIE = 'demo-visitor';

const captcha = Type.Union(CAPTCHA_KINDS.map((kind) => Type.Literal(kind)));
const profile = Type.Union([Type.Literal('desktop'), Type.Literal('mobile')]);
const Params = Type.Object({id: Type.String()});

/** A visitor's run of the script: its start, its progress, its preview tokens and its end. */
export function serveRuns(app: DemoApp, {registry, tokens, access, fps, maxSessions, sites}: DemoServer): void {
  const runs = new Runs(Math.min(MAX_RUNS, maxSessions));
  app.addHook('preClose', () => runs.endAll());
  const find = (request: FastifyRequest, id: string): Run => {
    const run = runs.find(visitorOf(request) ?? '', id);
    if (!run) throw new ApiError(404, 'session_not_found', 'There is no such run.');
    return run;
  };

  app.post('/demo/runs', {schema: {body: Type.Object({captcha, profile})}}, async (request, reply) => {
    const {shop} = await sites.open();
    const visitor = visitorOf(request) ?? randomUUID();
    const create = () => registry.create(WORKSPACE, {ttlMs: RUN_TTL_MS, profile: request.body.profile});
    const run = runs.start(visitor, create, (entry) => ({
      cdpUrl: ownAddress(request) + cdpPath(entry), shopUrl: shop.url(request.body.captcha),
    }));
    if (!run) throw new ApiError(429, 'concurrency_limit', 'All browsers of this demo are in use. Please try again later.');
    reply.header('set-cookie', `${COOKIE}=${visitor}; Path=/; HttpOnly; SameSite=Strict`);
    return reply.status(201).send({id: run.id});
  });

  app.get('/demo/runs/:id/events', {schema: {params: Params}}, (request, reply) => {
    const run = find(request, request.params.id);
    reply.hijack();
    reply.raw.writeHead(200, {'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no'});
    const stop = run.follow((progress) => reply.raw.write(`data: ${JSON.stringify(progress)}\n\n`));
    void run.entry.ending.then(() => reply.raw.end());
    reply.raw.on('close', stop);
  });

  const limitMints = app.createRateLimit({max: MINTS_PER_MINUTE, timeWindow: '1 minute', keyGenerator: ({params}) => String(Object.values(params ?? {})[0])});
  app.post('/demo/runs/:id/preview-token', {schema: {params: Params}}, async (request) => {
    const {entry} = find(request, request.params.id);
    const limit = await limitMints(request);
    if (!limit.isAllowed && limit.isExceeded) throw new ApiError(429, 'rate_limited', 'Too many tokens were requested within a minute.', limit.ttlInSeconds);
    await entry.started;
    return previewToken(entry, {tokens, fps, base: access.webSocketBase(request), rights: {isInputEnabled: true, navigation: 'history'}});
  });

  app.post('/demo/runs/:id/end', {schema: {params: Params}}, async (request, reply) => {
    await find(request, request.params.id).end();
    return reply.status(204).send();
  });
}

function visitorOf({headers: {cookie = ''}}: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([\\w-]{36})(?:;|$)`).exec(cookie)?.[1];
}
