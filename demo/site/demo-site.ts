import type {FastifyReply} from 'fastify';
import {Type} from 'typebox';
import type {ServerExtension, ServerParts} from '../server/app.js';
import type {Config} from '../server/config.js';
import {ApiError} from '../server/errors.js';
import {CAPTCHA_KINDS} from './captchas/captcha-server.js';
import type {DemoApp, DemoServer} from './demo-server.js';
import {DemoStreams} from './demo-streams.js';
import {serveExhibits} from './exhibits-api.js';
import {type Asset, file, script} from './page-scripts.js';
import {embedPage, tenLines} from './pages/embed.js';
import {galleryPage} from './pages/gallery.js';
import {homePage} from './pages/home.js';
import {wallPage} from './pages/wall.js';
import {serveRuns} from './runs-api.js';
import {Sites} from './sites.js';

const Home = Type.Object({captcha: Type.Optional(Type.String()), profile: Type.Optional(Type.String())});

const STREAM_PATH = /^\/demo\/streams\/(\w{1,32})$/;

/** Adds the demo to the server: its pages, and streams that belong to no session. */
export function demoExtension({fps, maxSessions}: Config): ServerExtension {
  const streams = new DemoStreams();
  return {
    routes: async (app, parts: ServerParts) => serveSite(app, {...parts, fps, maxSessions, sites: new Sites()}),
    upgrade: (request, stream, head, {pathname}) => {
      const kind = STREAM_PATH.exec(pathname)?.[1];
      if (kind !== undefined) streams.upgrade(request, stream, head, kind);
      return kind !== undefined;
    },
    close: () => streams.close(),
  };
}

function serveSite(app: DemoApp, server: DemoServer): void {
  app.addHook('preClose', () => server.sites.close());
  // Pages of other sites may POST here with the visitor's cookie, but they cannot hide their origin.
  app.addHook('onRequest', async ({method, headers: {origin, host}}, reply) => {
    if (method === 'POST') reply.header('cache-control', 'no-store');
    if (method !== 'GET' && origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) {
      throw new ApiError(403, 'forbidden', 'This is for the demo\'s own pages.');
    }
  });
  serveRuns(app, server);
  const exhibits = serveExhibits(app, server);

  app.get('/', {schema: {querystring: Home}}, ({query}, reply) => {
    const captcha = CAPTCHA_KINDS.find((kind) => kind === query.captcha) ?? 'altcha';
    return sendPage(reply, homePage({captcha, profile: query.profile === 'mobile' ? 'mobile' : 'desktop'}));
  });
  app.get('/gallery', (_request, reply) => sendPage(reply, galleryPage()));
  app.get('/embed', (_request, reply) => sendPage(reply, embedPage()));
  app.get('/embed/ten-lines', (_request, reply) => sendPage(reply, tenLines()));
  app.get('/wall', (_request, reply) => sendPage(reply, wallPage(exhibits.wallSize)));

  // Browsers request this if a page names no icon.
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());

  const page = (name: string) => new URL(`pages/${name}`, import.meta.url);
  serveAssets(app, {
    'chaser-live-view.js': () => file(new URL('../../dist/chaser-live-view.js', import.meta.url)),
    'worker.js': () => file(new URL('../../dist/worker.js', import.meta.url)),
    'chaser-live-tabs.js': () => file(new URL('../../dist/chaser-live-tabs.js', import.meta.url)),
    'demo.css': () => file(page('demo.css')),
    'embed.css': () => file(page('embed.css')),
    'home.js': () => script(page('client/home.ts')),
    'gallery.js': () => script(page('client/gallery.ts')),
    'wall.js': () => script(page('client/wall.ts')),
  });
}

/** Serves each asset by its name. Builds it at the first request. */
function serveAssets(app: DemoApp, assets: Readonly<Record<string, () => Promise<Asset>>>): void {
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
