import {connect} from 'node:net';
import {expect, test} from 'playwright/test';
import {Registry} from '../../demo/server/registry.js';
import {type Json, KEY, OTHER_KEY, part, ServerProcess, type Session} from '../support/server-process.js';

const MAX_SESSIONS = 3;
/** Two keys of a third workspace. */
const [THIRD_KEY, THIRD_KEY_TOO] = ['third-key', 'third-key-too'];
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let server: ServerProcess;
let session: Session;

test.beforeAll(async () => {
  server = await ServerProcess.start({
    CHASER_MAX_SESSIONS: String(MAX_SESSIONS), CHASER_KEYS: `${KEY}:mine,${OTHER_KEY}:theirs,${THIRD_KEY}:third,${THIRD_KEY_TOO}:third`,
  });
  session = await server.session();
});

test.afterAll(async () => {
  await server.stop();
});

/** Checks the shape of an error: its code, and a message. */
function expectError({status, body}: {status: number; body: Json}, expected: number, code: string): void {
  expect({status, code: part(body, 'error')['code']}).toEqual({status: expected, code});
  expect(part(body, 'error')['message']).toMatch(/\w/);
  expect(Object.keys(body)).toEqual(['error']);
}

const CALLS = [
  ['POST', '/v1/sessions'], ['GET', '/v1/sessions'], ['GET', '/v1/sessions/ID'], ['DELETE', '/v1/sessions/ID'],
  ['POST', '/v1/sessions/ID/preview-token'], ['POST', '/v1/sessions/ID/screenshot'],
] as const;

test('no call is answered without a known key', async () => {
  for (const [method, path] of CALLS) {
    for (const headers of [{}, {authorization: 'Bearer nobody'}, {authorization: `Basic ${KEY}`}, {authorization: `Bearer ${KEY}x`}, {authorization: KEY}]) {
      expectError(await server.call(method, path.replace('ID', session.id), {key: '', headers}), 401, 'unauthorized');
    }
  }
});

test('a new session has defaults for all members that the request leaves out', async () => {
  // The body and each member are optional, and unknown members are ignored.
  const requests = [[{}, 1_800_000], [{body: {ttl_seconds: 60, more: {}}}, 60_000], [{body: '{"ttl_seconds": 3600, "profile": "mobile"}'}, 3_600_000]] as const;
  const ids: string[] = [];
  for (const [request, lifeMs] of requests) {
    const askedAtMs = Date.now();
    const {status, headers, body} = await server.call('POST', '/v1/sessions', {...request, key: THIRD_KEY});
    expect([status, headers.get('content-type')]).toEqual([201, 'application/json; charset=utf-8']);
    const id = String(body['id']);
    expect(body).toEqual({
      id: expect.stringMatching(/^sess_\w{20,}$/), object: 'session', status: 'creating',
      cdp_url: expect.stringMatching(new RegExp(`^${server.url.replace('http', 'ws')}/sessions/${id}/`)),
      created_at: expect.stringMatching(ISO_DATE), expires_at: expect.stringMatching(ISO_DATE),
      device: null, ready_at: null, ended_at: null, ended_reason: null,
    });
    const createdAtMs = Date.parse(String(body['created_at']));
    expect(createdAtMs).toBeGreaterThanOrEqual(askedAtMs);
    expect(createdAtMs).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(String(body['expires_at'])) - createdAtMs).toBe(lifeMs);
    ids.push(id);
  }
  // Another key of the workspace works too. The default profile is visible once the session is ready.
  expect(await server.untilStatus(ids[0] ?? '', 'ready', THIRD_KEY_TOO)).toMatchObject({device: {viewport: {width: 1280, height: 720}, touch: false}});
  for (const id of ids) expect(await server.call('DELETE', `/v1/sessions/${id}`, {key: THIRD_KEY_TOO})).toMatchObject({status: 204, bytes: Buffer.alloc(0)});
});

test('a session has all members, by itself and in the list', async () => {
  const {status, body} = await server.call('GET', `/v1/sessions/${session.id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: session.id, object: 'session', status: 'ready', cdp_url: session.cdpUrl, ended_at: null, ended_reason: null,
    device: {viewport: {width: 1280, height: 720}, touch: false, device_scale_factor: 1},
  });
  expect(session.id).toMatch(/^sess_\w{20,}$/);
  expect(Date.parse(String(body['expires_at'])) - Date.parse(String(body['created_at']))).toBe(1_800_000);
  expect(Date.parse(String(body['ready_at']))).toBeGreaterThanOrEqual(Date.parse(String(body['created_at'])));
  const list = await server.call('GET', '/v1/sessions');
  expect(list.body).toEqual({object: 'list', data: [body], next_cursor: null, has_more: false});
});

test('another workspace learns nothing of a session', async () => {
  for (const [method, path] of CALLS.filter(([, path]) => path.includes('ID'))) {
    const theirs = await server.call(method, path.replace('ID', session.id), {key: OTHER_KEY, ...(method === 'POST' && {body: {}})});
    const none = await server.call(method, path.replace('ID', 'sess_none'), {key: OTHER_KEY, ...(method === 'POST' && {body: {}})});
    expectError(theirs, 404, 'session_not_found');
    expect(theirs.body).toEqual(none.body);
  }
  expect((await server.call('GET', '/v1/sessions', {key: OTHER_KEY})).body).toMatchObject({data: [], has_more: false});
});

test('values out of range and invalid JSON are refused', async () => {
  const bodies: readonly unknown[] = [
    {ttl_seconds: 59}, {ttl_seconds: 3601}, {ttl_seconds: '1800'}, {ttl_seconds: 60.5}, {ttl_seconds: null}, {profile: 'tablet'},
    {profile: ['mobile']}, [], '"text"', 'null', '{', '{"ttl_seconds": 1e400}', '{"__proto__": {"ttl_seconds": 60}}',
  ];
  for (const body of bodies) expectError(await server.call('POST', '/v1/sessions', {body}), 400, 'invalid_request');
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=-1', 'limit=1&limit=2', 'cursor=%00', 'cursor=abc', 'cursor=LTE']) {
    expectError(await server.call('GET', `/v1/sessions?${query}`), 400, 'invalid_request');
  }
  expectError(await server.call('POST', `/v1/sessions/${session.id}/preview-token`, {body: {input_enabled: 'no'}}), 400, 'invalid_request');
  expectError(await server.call('POST', '/v1/sessions', {body: 'ttl_seconds=60', headers: {'content-type': 'text/plain'}}), 415, 'unsupported_media_type');
  // A body of exactly the limit is accepted.
  const ofLength = (bytes: number) => `{"ttl_seconds": 1, "padding": "${'é'.repeat(16_000)}"}`.padEnd(bytes - 16_000);
  expect(Buffer.byteLength(ofLength(64 * 1024))).toBe(64 * 1024);
  expectError(await server.call('POST', '/v1/sessions', {body: ofLength(64 * 1024)}), 400, 'invalid_request');
  expectError(await server.call('POST', '/v1/sessions', {body: ofLength(64 * 1024 + 1)}), 413, 'too_large');
  // Without a key, the limit is not revealed.
  expectError(await server.call('POST', '/v1/sessions', {body: ofLength(64 * 1024 + 1), key: 'nobody'}), 401, 'unauthorized');
  expect((await server.call('GET', '/v1/sessions')).body['data']).toHaveLength(1);
});

test('unknown paths get a normal 404 error', async () => {
  for (const path of ['/nothing', '/v1', '/v1/nothing', '/healthz/x', '/v1/sessions/']) {
    const answer = await server.call('GET', path);
    expect([answer.status, path]).toEqual([404, path]);
    expect(part(answer.body, 'error')['code']).toMatch(/not_found/);
  }
  // An id of any length gets 404, or 401 without a key.
  const long = `/v1/sessions/${'x'.repeat(5_000)}`;
  expectError(await server.call('GET', long), 404, 'session_not_found');
  expectError(await server.call('GET', long, {key: 'nobody'}), 401, 'unauthorized');
  expectError(await server.call('PUT', '/v1/sessions'), 404, 'not_found');
  expectError(await server.call('GET', '/%zz'), 400, 'invalid_request');
});

test('the screenshot is the newest picture', async () => {
  const {status, headers, bytes} = await server.call('POST', `/v1/sessions/${session.id}/screenshot`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('image/jpeg');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
});

test('a preview token is as the protocol says, and there are ten a minute', async () => {
  const path = `/v1/sessions/${session.id}/preview-token`;
  // Refused calls do not count for the limit.
  for (let count = 0; count < 12; count++) {
    expectError(await server.call('POST', path, {body: {}, key: OTHER_KEY}), 404, 'session_not_found');
    expectError(await server.call('POST', path, {body: '{'}), 400, 'invalid_request');
  }
  const before = Date.now();
  const {status, body} = await server.call('POST', path, {body: {}});
  expect(status).toBe(200);
  expect(body).toEqual({
    url: expect.stringMatching(new RegExp(`^${server.url.replace('http', 'ws')}/sessions/${session.id}/preview\\?token=eyJ[\\w.-]+$`)),
    expires_at: expect.stringMatching(ISO_DATE), input_enabled: true, fps: 5, navigation: 'history',
  });
  expect(Math.abs(Date.parse(String(body['expires_at'])) - before - 300_000)).toBeLessThan(10_000);
  expect((await server.call('POST', path, {body: {input_enabled: false}})).body).toMatchObject({input_enabled: false});
  // The body is optional.
  expect((await server.call('POST', path)).status).toBe(200);
  expect((await server.call('POST', path, {body: ''})).status).toBe(200);
  const refused = await untilRefused(path, 10 - 4);
  expectError(refused, 429, 'rate_limited');
  const seconds = Number(refused.headers.get('retry-after'));
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60).toBe(true);
  // For another workspace, the session does not exist, so the answer is 404 and not 429.
  expectError(await server.call('POST', path, {body: {}, key: OTHER_KEY}), 404, 'session_not_found');
});

test('sixty screenshots a minute', async () => {
  const refused = await untilRefused(`/v1/sessions/${session.id}/screenshot`, 60 - 1);
  expectError(refused, 429, 'rate_limited');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

/** Calls until the rate limit refuses, which must be after `allowed` more calls. */
async function untilRefused(path: string, allowed: number): Promise<Awaited<ReturnType<ServerProcess['call']>>> {
  for (let count = 0; ; count++) {
    const answer = await server.call('POST', path);
    if (answer.status === 200) continue;
    expect(count).toBe(allowed);
    return answer;
  }
}

test('a workspace\'s sessions are limited, and deleting one makes room', async () => {
  const phone = await server.create({profile: 'mobile'});
  // Before the session is ready, tokens and screenshots are refused.
  expectError(await server.call('POST', `/v1/sessions/${phone.id}/preview-token`, {body: {}}), 409, 'session_not_ready');
  expectError(await server.call('POST', `/v1/sessions/${phone.id}/screenshot`), 409, 'session_not_ready');
  const third = await server.create();
  expectError(await server.call('POST', '/v1/sessions', {body: {}}), 429, 'concurrency_limit');
  // Sessions of another workspace do not count.
  const theirs = await server.create({key: OTHER_KEY});

  const first = await server.call('GET', '/v1/sessions?limit=2');
  expect(idsOf(first.body)).toEqual([third.id, phone.id]);
  expect(first.body['has_more']).toBe(true);
  const second = await server.call('GET', `/v1/sessions?limit=2&cursor=${String(first.body['next_cursor'])}`);
  expect(idsOf(second.body)).toEqual([session.id]);
  expect(second.body).toMatchObject({has_more: false, next_cursor: null});

  expect(await server.untilStatus(phone.id, 'ready')).toMatchObject({device: {touch: true, viewport: {width: 412}}});
  expect(await server.call('GET', '/healthz', {key: ''})).toMatchObject({status: 200, body: {status: 'ok', sessions: 4, viewers: 0}});
  // A session that is still starting can be deleted, too.
  expect((await server.delete(third.id)).status).toBe(204);
  expectError(await server.delete(third.id), 409, 'session_not_open');
  expectError(await server.call('POST', `/v1/sessions/${third.id}/preview-token`, {body: {}}), 409, 'session_not_open');
  expectError(await server.call('POST', `/v1/sessions/${third.id}/screenshot`), 409, 'session_not_open');
  const {body} = await server.call('GET', `/v1/sessions/${third.id}`);
  expect(body).toMatchObject({status: 'closed', ended_reason: 'deleted', cdp_url: null});
  expect(Date.parse(String(body['ended_at']))).toBeGreaterThan(0);
  // Its place is free now.
  const fourth = await server.create();
  await Promise.all([phone.id, fourth.id].map((id) => server.delete(id)));
  expect((await server.call('DELETE', `/v1/sessions/${theirs.id}`, {key: OTHER_KEY})).status).toBe(204);
});

function idsOf(list: Json): unknown[] {
  const data: unknown = list['data'];
  return Array.isArray(data) ? data.map((item: Json) => item['id']) : [];
}

test('a session\'s user agent is text for a header, of 1 to 512 characters', async () => {
  for (const refused of ['', 'x'.repeat(513), 'two\nlines', 7, null]) {
    expectError(await server.call('POST', '/v1/sessions', {key: THIRD_KEY, body: {user_agent: refused}}), 400, 'invalid_request');
  }
  const {id} = await server.session({key: THIRD_KEY, user_agent: 'x'.repeat(512)});
  const {body} = await server.call('GET', `/v1/sessions/${id}`, {key: THIRD_KEY});
  expect(part(body, 'device')['user_agent']).toBe('x'.repeat(512));
  expect((await server.call('DELETE', `/v1/sessions/${id}`, {key: THIRD_KEY})).status).toBe(204);
});

test('a screenshot that waits for a picture as its session is deleted is told that the session has ended', async () => {
  const {id} = await server.session({key: THIRD_KEY});
  const {hostname, port} = new URL(server.url);
  const line = (call: string, close = '') => `${call} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${THIRD_KEY}\r\n${close}Content-Length: 0\r\n\r\n`;
  // In one piece, so that the server reads both before a picture can be there.
  const socket = connect(Number(port), hostname, () => socket.write(line(`POST /v1/sessions/${id}/screenshot`) + line(`DELETE /v1/sessions/${id}`, 'Connection: close\r\n')));
  const answers = (await socket.toArray()).join('');
  expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 409', 'HTTP/1.1 204']);
  expect(answers).toContain('"code":"session_not_open"');
  expect(server.output).not.toContain('a request failed');
});

test('the newest thousand ended sessions of a workspace can be queried, and no older ones', async () => {
  // Sessions whose browsers do not start, without a process for each.
  const registry = new Registry({maxSessions: 1, node: '', driverIdleMs: 60_000, onError: () => {}, launch: () => Promise.reject(new Error('There is none.'))});
  const ids: string[] = [];
  for (let count = 0; count < 1_002; count++) {
    const entry = registry.create('mine', {ttlMs: 60_000, profile: 'desktop'});
    ids.push(entry.id);
    await entry.end('deleted');
  }
  expect(ids.filter((id) => !registry.findOf('mine', id))).toEqual(ids.slice(0, 1));
  expect(registry.find(ids[0] ?? '')).toBeUndefined();
});
