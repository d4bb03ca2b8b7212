import {randomUUID} from 'node:crypto';
import {type FastifyPluginAsyncTypebox, Type} from '@fastify/type-provider-typebox';
import type {FastifyReply, FastifyRequest} from 'fastify';
import {CAPTCHA_KINDS, CaptchaServer} from './captchas/captcha-server.js';
import {type Asset, file, script} from './page-scripts.js';
import {homePage} from './pages/home.js';
import {Runs, type Run} from './runs.js';
import {previewToken} from './server/bodies.js';
import {cdpPath} from './server/cdp-url.js';
import type {Doors} from './server/doors.js';
import {ApiError} from './server/errors.js';
import type {Registry} from './server/registry.js';
import type {Tokens} from './server/tokens.js';
import {ShopServer} from './shop/shop-server.js';

export interface DemoSiteOptions {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly doors: Doors;
  readonly fps: number;
  readonly maxSessions: number;
}

/** Visitors at a time: each has a browser of their own. */
const MAX_RUNS = 5;
const RUN_TTL_MS = 15 * 60_000;
const MINTS_PER_MINUTE = 10;
/** No key's workspace: a colon can't be in the name of one. */
const WORKSPACE = 'demo:visitors';
const COOKIE = 'demo-visitor';

const captcha = Type.Union(CAPTCHA_KINDS.map((kind) => Type.Literal(kind)));
const profile = Type.Union([Type.Literal('desktop'), Type.Literal('mobile')]);
const Params = Type.Object({id: Type.String()});

/** The demo's pages, and what they need of the server: runs of the script, their progress, their preview tokens. */
export const demoSite: FastifyPluginAsyncTypebox<DemoSiteOptions> = async (app, {registry, tokens, doors, fps, maxSessions}) => {
  const runs = new Runs(Math.min(MAX_RUNS, maxSessions));
  const sites = new Sites();
  app.addHook('preClose', async () => {
    await Promise.all([runs.endAll(), sites.close()]);
  });
  // Pages of other sites may send a POST here with the visitor's cookie; what they can't do is hide where they are from.
  app.addHook('onRequest', async ({method, headers: {origin, host}}) => {
    if (method !== 'GET' && origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) {
      throw new ApiError(403, 'forbidden', 'This is for the demo\'s own pages.');
    }
  });
  const find = (request: FastifyRequest, id: string): Run => {
    const run = runs.find(visitorOf(request) ?? '', id);
    if (!run) throw new ApiError(404, 'session_not_found', 'There is no such run.');
    return run;
  };

  app.get('/', {schema: {querystring: Type.Object({captcha: Type.Optional(Type.String()), profile: Type.Optional(Type.String())})}}, ({query}, reply) => {
    const chosen = CAPTCHA_KINDS.find((kind) => kind === query.captcha) ?? 'altcha';
    return sendPage(reply, homePage({captcha: chosen, profile: query.profile === 'mobile' ? 'mobile' : 'desktop'}));
  });

  serveAssets(app, {
    'demo.css': () => file(new URL('pages/demo.css', import.meta.url)),
    'home.js': () => script(new URL('pages/client/home.ts', import.meta.url)),
    'chaser-live-view.js': () => file(new URL('../dist/chaser-live-view.js', import.meta.url)),
  });

  app.post('/demo/runs', {schema: {body: Type.Object({captcha, profile})}}, async (request, reply) => {
    const {shop} = await sites.open();
    const visitor = visitorOf(request) ?? randomUUID();
    const create = () => registry.create(WORKSPACE, {ttlMs: RUN_TTL_MS, profile: request.body.profile});
    const run = runs.start(visitor, create, (entry) => ({
      cdpUrl: ownAddress(request) + cdpPath(entry), shopUrl: shop.url(request.body.captcha),
    }));
    if (!run) throw new ApiError(429, 'concurrency_limit', 'As many people as this demo has browsers for are at it. Please come back in a while.');
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

  const limitMints = app.createRateLimit({max: MINTS_PER_MINUTE, timeWindow: '1 minute', keyGenerator: ({url}) => url});
  app.post('/demo/runs/:id/preview-token', {schema: {params: Params}}, async (request) => {
    const {entry} = find(request, request.params.id);
    const limit = await limitMints(request);
    if (!limit.isAllowed && limit.isExceeded) throw new ApiError(429, 'rate_limited', 'Too many tokens in a minute.', limit.ttlInSeconds);
    await entry.started;
    return previewToken(entry, {tokens, fps, base: doors.webSocketBase(request), isInputEnabled: true});
  });

  app.post('/demo/runs/:id/end', {schema: {params: Params}}, async (request, reply) => {
    await find(request, request.params.id).end();
    return reply.status(204).send();
  });
};

/** The shop and the captchas, each at an address of its own; opened when the first visitor comes. */
class Sites {
  #open: Promise<{readonly shop: ShopServer; readonly captchas: CaptchaServer}> | undefined;

  open(): Promise<{readonly shop: ShopServer; readonly captchas: CaptchaServer}> {
    this.#open ??= CaptchaServer.start().then(async (captchas) => ({captchas, shop: await ShopServer.start(captchas)}));
    return this.#open;
  }

  async close(): Promise<void> {
    const sites = await this.#open;
    await Promise.all([sites?.shop.close(), sites?.captchas.close()]);
  }
}

type App = Parameters<typeof demoSite>[0];

/** Serves each asset by its name, made when it is first asked for. */
function serveAssets(app: App, assets: Readonly<Record<string, () => Promise<Asset>>>): void {
  for (const [name, make] of Object.entries(assets)) {
    let made: Promise<Asset> | undefined;
    app.get(`/assets/${name}`, async (_request, reply) => {
      made ??= make();
      const {type, body} = await made;
      return reply.type(type).send(body);
    });
  }
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
}

function visitorOf({headers: {cookie = ''}}: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([\\w-]{36})(?:;|$)`).exec(cookie)?.[1];
}

/** Where this process reaches the server itself: the address that the visitor's connection came in at. */
function ownAddress({socket: {localAddress = '127.0.0.1', localPort = 0}}: FastifyRequest): string {
  return `ws://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}
