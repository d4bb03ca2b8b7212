import {Type} from 'typebox';
import {type DemoApp, type DemoServer, ownAddress} from './demo-server.js';
import {Exhibits} from './exhibits.js';
import {previewToken} from '../server/responses.js';
import {cdpPath} from '../server/cdp-url.js';
import {ApiError} from '../server/errors.js';

const WORKSPACE = 'demo:exhibits';
const EXHIBIT_TTL_MS = 10 * 60_000;
const MINTS_PER_MINUTE = 240;

const Params = Type.Object({number: Type.String({pattern: '^[0-9]$'})});

/** Preview tokens of the sessions that visitors share, and the answers of an endpoint that has none. */
export function serveExhibits(app: DemoApp, {registry, tokens, access, fps, maxSessions, sites}: DemoServer): Exhibits {
  let address = '';
  const exhibits = new Exhibits({
    maxSessions,
    create: () => registry.create(WORKSPACE, {ttlMs: EXHIBIT_TTL_MS, profile: 'desktop'}),
    cdpUrl: (entry) => address + cdpPath(entry),
    shopUrl: () => sites.open().then(({shop}) => shop.url('slider')),
  });
  const limitMints = app.createRateLimit({max: MINTS_PER_MINUTE, timeWindow: '1 minute', keyGenerator: ({ip}) => ip});

  app.post('/demo/exhibits/:number/preview-token', {schema: {params: Params}}, async (request) => {
    const limit = await limitMints(request);
    if (!limit.isAllowed && limit.isExceeded) throw new ApiError(429, 'rate_limited', 'Too many tokens were requested within a minute.', limit.ttlInSeconds);
    address = ownAddress(request);
    const number = Number(request.params.number);
    const entry = exhibits.open(number);
    await entry.started;
    // Session 0 is for use. Those of the wall are watch-only.
    return previewToken(entry, {tokens, fps, base: access.webSocketBase(request), rights: number === 0 ? {isInputEnabled: true, navigation: 'history'} : {isInputEnabled: false, navigation: 'none'}});
  });
  app.post('/demo/states/ended', () => {
    throw new ApiError(409, 'session_not_open', 'The session has ended.');
  });
  app.post('/demo/states/failed', () => {
    throw new ApiError(403, 'forbidden', 'No.');
  });
  return exhibits;
}
