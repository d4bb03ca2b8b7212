import {expect, test} from 'playwright/test';
import {type Claims, claimsFor, encodePart as part, forge as forgeToken, type ForgedToken} from '../support/forged-token.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

const SECRET = 'a secret that the forger knows';
const TTL_SECONDS = 3;

let server: ServerProcess;
let session: Session;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_TOKEN_SECRET: SECRET, CHASER_TOKEN_TTL: String(TTL_SECONDS)});
  session = await server.session();
});

test.afterAll(async () => {
  await server.stop();
});

/** A token created by hand, with a valid signature by default. */
const forge = (claims: Claims, how: Partial<ForgedToken> = {}) => forgeToken(claims, {secret: SECRET, ...how});

function previewUrl(id: string, token: string): string {
  return `${server.url.replace('http', 'ws')}/sessions/${id}/preview?token=${token}`;
}

function tokenOf(url: string): string {
  return new URL(url).searchParams.get('token') ?? '';
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

async function closingOf(url: string): Promise<unknown> {
  const client = new PreviewClient(url);
  const closed = await client.untilClosed();
  expect(client.order).toEqual([]);
  return closed;
}

const INVALID = {code: 4401, reason: 'token_invalid'};
const EXPIRED = {code: 4401, reason: 'token_expired'};

test('a forged, changed or foreign token is refused', async () => {
  const genuine = tokenOf((await server.mint(session.id, {input: false})).url);
  const [header = '', payload = '', signature = ''] = genuine.split('.');
  const claims = claimsOf(genuine);
  const exp = Date.now() / 1000 + 60;
  // A correctly forged token is accepted, which shows that the forged ones below fail for the right reason.
  const right = new PreviewClient(previewUrl(session.id, forge({...claims, exp})));
  await right.until(() => right.frames.length > 0);
  right.close();
  const tokens: Readonly<Record<string, string>> = {
    none: '', garbage: 'eyJ', dots: '..', long: 'x'.repeat(8_000),
    unsigned: `${part({alg: 'none', typ: 'JWT'})}.${payload}.`, 'unsigned, in capitals': `${part({alg: 'NONE'})}.${payload}.${signature}`,
    'no signature': `${header}.${payload}.`, 'input switched on': `${header}.${part({...claims, input: true})}.${signature}`,
    'life made longer': `${header}.${part({...claims, exp})}.${signature}`, 'another secret': forge({...claims, exp}, {secret: 'a secret that nobody shares'}),
    'another algorithm': forge({...claims, exp}, {header: {alg: 'HS512', typ: 'JWT'}, digest: 'sha512'}),
    'an empty key': forge({...claims, exp}, {secret: ''}), 'another audience': forge({...claims, exp, aud: 'somebody'}),
    'no audience': forge({...claims, exp, aud: undefined}), 'another session': forge({...claims, exp, sub: 'sess_other'}),
    'no session': forge({...claims, exp, sub: undefined}), 'no end': forge({...claims, exp: undefined}), 'an end in words': forge({...claims, exp: 'never'}),
    'a key of its own': forge({...claims, exp}, {header: {alg: 'HS256', jwk: {kty: 'oct', k: 'AAAA'}}, secret: 'AAAA'}),
  };
  for (const [name, token] of Object.entries(tokens)) {
    expect([name, await closingOf(previewUrl(session.id, encodeURIComponent(token)))]).toEqual([name, INVALID]);
  }
  expect(await closingOf(previewUrl(session.id, forge({...claims, exp: Date.now() / 1000 - 1})))).toEqual(EXPIRED);
});

test('every stream of a token ends with the token, to the second, and other streams go on', async () => {
  const lasting = new PreviewClient(previewUrl(session.id, forge({...claimsOf(tokenOf((await server.mint(session.id)).url)), exp: Date.now() / 1000 + 60})));
  const {url, expires_at: expiresAt} = await server.mint(session.id);
  const clients = [new PreviewClient(url), new PreviewClient(url)];
  const ends = await Promise.all(clients.map(async (client) => {
    const closed = await client.untilClosed();
    return {...closed, lateMs: Date.now() - Date.parse(expiresAt)};
  }));
  for (const [index, {lateMs, ...closed}] of ends.entries()) {
    expect(closed).toEqual(EXPIRED);
    expect(clients[index]?.of('hello')[0]?.expires_at).toBe(expiresAt);
    expect(lateMs).toBeGreaterThan(-50);
    expect(lateMs).toBeLessThan(2_000);
  }
  // From now on, the token is refused.
  expect(await closingOf(url)).toEqual(EXPIRED);
  await lasting.untilHeard();
  lasting.close();
});

test('a token with an end in milliseconds is invalid, and one that ends in a month is valid', async () => {
  const seconds = Date.now() / 1000 + 60;
  for (const exp of [seconds * 1_000, seconds * 1e6, seconds * 1e9, Number.MAX_VALUE, seconds + 3 * 366 * 24 * 3_600]) {
    expect([exp, await closingOf(previewUrl(session.id, forge({...claimsFor(session.id, 0), exp})))]).toEqual([exp, INVALID]);
  }
  const client = new PreviewClient(previewUrl(session.id, forge(claimsFor(session.id, 30 * 24 * 3_600))));
  await client.until(() => client.frames.length > 0);
  await client.untilHeard();
  expect(client.closed).toBeUndefined();
  client.close();
});
