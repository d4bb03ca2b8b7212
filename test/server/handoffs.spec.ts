import {expect, test} from 'playwright/test';
import type {HandoffAnswerMessage} from 'chaser-live-view/protocol';
import {Handoffs} from '../../demo/server/people/handoffs.js';
import {heldBytes} from '../support/heap.js';
import {KEY, OTHER_KEY, PreviewClient, ServerProcess} from '../support/server-process.js';

const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let server: ServerProcess;

test.beforeAll(async () => {
  server = await ServerProcess.start();
});

test.afterAll(() => server.stop());

/** Creates a session without viewers. Does not wait for its browser. */
async function sessionPath(): Promise<string> {
  return `/v1/sessions/${(await server.create()).id}`;
}

async function ask(path: string, instructions = 'Solve the captcha.', timeoutSeconds = 600): Promise<{id: string; path: string}> {
  const {status, body} = await server.call('POST', `${path}/handoffs`, {body: {instructions, timeout_seconds: timeoutSeconds}});
  expect(status).toBe(201);
  return {id: String(body['id']), path: `${path}/handoffs/${String(body['id'])}`};
}

async function watch(path: string, input = true): Promise<PreviewClient> {
  const id = path.split('/')[3] ?? '';
  await server.untilStatus(id, 'ready');
  const client = new PreviewClient((await server.mint(id, {input})).url).ackAll();
  await client.until(() => client.of('hello')[0]);
  return client;
}

const answer = (id: string, status: HandoffAnswerMessage['status'], note?: string): HandoffAnswerMessage => ({type: 'handoff', id, status, ...(note !== undefined && {note})});

test('a script asks, everybody is told, whoever comes later too, and the first answer ends it', async () => {
  const path = await sessionPath();
  const first = await watch(path);
  expect(first.of('hello')[0]?.features).toContain('handoff');
  const asked = await server.call('POST', `${path}/handoffs`, {body: {instructions: 'Solve <b>it</b> & press "Done".', timeout_seconds: 60}});
  expect(asked.status).toBe(201);
  const {id} = asked.body;
  const whole = {
    id: expect.stringMatching(/^hand_[0-9a-f]{32}$/), object: 'handoff', status: 'waiting', instructions: 'Solve <b>it</b> & press "Done".',
    created_at: expect.stringMatching(ISO_DATE), expires_at: expect.stringMatching(ISO_DATE), note: null, ended_at: null,
  };
  expect(asked.body).toEqual(whole);
  expect(Date.parse(String(asked.body['expires_at'])) - Date.parse(String(asked.body['created_at']))).toBe(60_000);
  const told = {type: 'handoff', id, instructions: 'Solve <b>it</b> & press "Done".', expires_at: asked.body['expires_at']};
  await first.until(() => first.of('handoff').length === 1);
  const second = await watch(path);
  await second.until(() => second.of('handoff')[0]);
  expect([first.of('handoff'), second.of('handoff')]).toEqual([[told], [told]]);
  const handoff = `${path}/handoffs/${String(id)}`;
  expect((await server.call('GET', handoff)).body).toEqual(whole);
  const polls = [1, 60].map((seconds) => server.call('GET', `${handoff}?wait_seconds=${seconds}`));
  expect((await polls[0])?.body['status']).toBe('waiting');
  // Both answer at the same time. One wins, and the other is told.
  first.send(answer(String(id), 'done', 'Easy.'));
  second.send(answer(String(id), 'failed'));
  await Promise.all([first, second].map((client) => client.untilHeard()));
  const ended = (await polls[1])?.body ?? {};
  const isFirst = ended['status'] === 'done';
  expect(ended).toEqual({...whole, status: isFirst ? 'done' : 'failed', note: isFirst ? 'Easy.' : null, ended_at: expect.stringMatching(ISO_DATE)});
  const closed = {type: 'handoff_closed', id, status: ended['status']};
  for (const client of [first, second]) {
    expect(new Set(client.of('handoff_closed').map((message) => JSON.stringify(message)))).toEqual(new Set([JSON.stringify(closed)]));
    expect(client.of('error')).toEqual([]);
  }
  // Viewers who come within the next minutes are told, too.
  const third = await watch(path);
  await third.until(() => third.of('handoff_closed')[0]);
  expect([third.of('handoff'), third.of('handoff_closed')]).toEqual([[], [closed]]);
  expect((await server.call('DELETE', handoff)).body).toMatchObject({error: {code: 'handoff_not_open'}});
  for (const client of [first, second, third]) client.close();
});

test('one at a time; canceled, expired to the second, ended with the session', async () => {
  const path = await sessionPath();
  const client = await watch(path);
  const canceled = await ask(path);
  expect((await server.call('POST', `${path}/handoffs`, {body: {instructions: 'Another.'}}))).toMatchObject({status: 409, body: {error: {code: 'handoff_open'}}});
  const poll = server.call('GET', `${canceled.path}?wait_seconds=60`);
  expect((await server.call('DELETE', canceled.path)).status).toBe(204);
  expect((await poll).body['status']).toBe('canceled');
  const expiring = await ask(path, 'Be quick.', 5);
  const ended = (await server.call('GET', `${expiring.path}?wait_seconds=60`)).body;
  expect(ended['status']).toBe('expired');
  const lateMs = Date.parse(String(ended['ended_at'])) - Date.parse(String(ended['expires_at']));
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(1_000);
  client.send(answer(expiring.id, 'done'));
  await client.untilHeard();
  expect((await server.call('GET', expiring.path)).body['status']).toBe('expired');
  const last = await ask(path);
  const lastPoll = server.call('GET', `${last.path}?wait_seconds=60`);
  const other = server.call('GET', `${last.path}?wait_seconds=1`);
  await other;
  await server.delete(path.split('/')[3] ?? '');
  expect((await lastPoll).body['status']).toBe('session_ended');
  expect(await client.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  expect(client.of('handoff_closed').map(({id, status}) => [id, status])).toEqual([
    [canceled.id, 'canceled'], [expiring.id, 'expired'], [expiring.id, 'expired'], [last.id, 'session_ended'],
  ]);
  // Sent before the end. Messages about the browser's pages may follow.
  expect(client.order.findLast((type) => type !== 'tabs' && type !== 'page')).toBe('handoff_closed');
  expect((await server.call('GET', last.path)).body['status']).toBe('session_ended');
  expect((await server.call('POST', `${path}/handoffs`, {body: {instructions: 'Late.'}})).body).toMatchObject({error: {code: 'session_not_open'}});
});

test('values out of range are refused', async () => {
  const path = await sessionPath();
  for (const body of [
    {}, {instructions: ''}, {instructions: ' \n '}, {instructions: 'x'.repeat(501)}, {instructions: 1}, {instructions: 'x', timeout_seconds: 4},
    {instructions: 'x', timeout_seconds: 3_601}, {instructions: 'x', timeout_seconds: 5.5}, {instructions: 'x', timeout_seconds: '60'},
  ]) expect([body, (await server.call('POST', `${path}/handoffs`, {body})).body]).toEqual([body, {error: {code: 'invalid_request', message: expect.any(String)}}]);
  const {path: handoff} = await ask(path, '🧩'.repeat(500), 3_600);
  for (const seconds of ['61', '-1', '1.5', 'x', '', '1e1']) {
    expect([seconds, (await server.call('GET', `${handoff}?wait_seconds=${seconds}`)).status]).toEqual([seconds, 400]);
  }
  for (const method of ['GET', 'DELETE']) {
    expect((await server.call(method, `${path}/handoffs/hand_nobody`)).body).toMatchObject({error: {code: 'handoff_not_found'}});
  }
});

test('another workspace learns nothing of a hand-over, and its ids are good for nothing elsewhere', async () => {
  const [path, elsewhere] = await Promise.all([sessionPath(), sessionPath()]);
  const {id, path: handoff} = await ask(path);
  for (const [method, address] of [['GET', handoff], ['DELETE', handoff], ['POST', `${path}/handoffs`]] as const) {
    const refused = await server.call(method, address, {key: OTHER_KEY, ...(method === 'POST' && {body: {instructions: 'Mine.'}})});
    expect([refused.status, refused.body]).toEqual([404, {error: {code: 'session_not_found', message: 'There is no such session.'}}]);
    expect((await server.call(method, address, {key: 'nobody'})).status).toBe(401);
  }
  for (const method of ['GET', 'DELETE']) {
    expect((await server.call(method, `${elsewhere}/handoffs/${id}`)).body).toMatchObject({error: {code: 'handoff_not_found'}});
  }
  // A player of another session uses the id.
  const stranger = await watch(elsewhere);
  stranger.send(answer(id, 'done'));
  await stranger.untilHeard();
  expect(stranger.of('error').map(({code}) => code)).toEqual(['bad_message']);
  expect((await server.call('GET', handoff)).body['status']).toBe('waiting');
});

test('a watch-only viewer sees a hand-over and cannot answer it, and too long a note is refused', async () => {
  const path = await sessionPath();
  const watcher = await watch(path, false);
  const {id, path: handoff} = await ask(path);
  await watcher.until(() => watcher.of('handoff')[0]);
  watcher.send(answer(id, 'done'));
  watcher.send(answer(id, 'failed'));
  await watcher.untilHeard();
  expect(watcher.of('error').map(({code}) => code)).toEqual(['input_disabled']);
  const person = await watch(path);
  person.send(answer(id, 'failed', '🧩'.repeat(501)));
  await person.untilHeard();
  expect(person.of('error').map(({code}) => code)).toEqual(['bad_message']);
  expect((await server.call('GET', handoff)).body['status']).toBe('waiting');
  // Characters are counted like those of the instructions.
  const note = '<img src=x onerror=alert(1)>'.padEnd(28 + 2 * 472, '🧩');
  person.send(answer(id, 'failed', note));
  await person.untilHeard();
  expect((await server.call('GET', handoff)).body).toMatchObject({status: 'failed', note});
});

test('an open hand-over postpones the session\'s end, up to the longest lifetime', async () => {
  const {body} = await server.call('POST', '/v1/sessions', {body: {ttl_seconds: 60}});
  const path = `/v1/sessions/${String(body['id'])}`;
  const expiresAt = async () => String((await server.call('GET', path)).body['expires_at']);
  const {path: handoff} = await ask(path, 'Take your time.', 600);
  const asked = (await server.call('GET', handoff)).body;
  expect(await expiresAt()).toBe(asked['expires_at']);
  await server.call('DELETE', handoff);
  // The script has at least a minute to continue, by the server's clock, which does not go back with the machine's.
  const leftMs = Date.parse(await expiresAt()) - Date.parse(String((await server.call('GET', handoff)).body['ended_at']));
  expect(leftMs).toBeGreaterThanOrEqual(60_000);
  expect(leftMs).toBeLessThan(61_000);
  await ask(path, 'Take all of it.', 3_600);
  expect(Date.parse(await expiresAt()) - Date.parse(String(body['created_at']))).toBe(3_600_000);
  const {body: long} = await server.call('POST', '/v1/sessions', {body: {ttl_seconds: 1_800}});
  await ask(`/v1/sessions/${String(long['id'])}`, 'Be quick.', 60);
  expect((await server.call('GET', `/v1/sessions/${String(long['id'])}`)).body['expires_at']).toBe(long['expires_at']);
});

test('hundreds of polls wait, disconnect, and are answered', async () => {
  const path = await sessionPath();
  const client = await watch(path);
  const first = await ask(path);
  const abort = new AbortController();
  const leaving = Array.from({length: 300}, () => fetch(`${server.url}${first.path}?wait_seconds=60`, {headers: {authorization: `Bearer ${KEY}`}, signal: abort.signal}).catch(() => 'left'));
  expect((await server.call('GET', `${first.path}?wait_seconds=1`)).status).toBe(200);
  abort.abort();
  expect(new Set(await Promise.all(leaving))).toEqual(new Set(['left']));
  // At most 500 calls wait at a time. Aborted ones do not count.
  const patient = Array.from({length: 550}, () => server.call('GET', `${first.path}?wait_seconds=60`));
  const {headers} = await Promise.any(patient.map(async (poll) => {
    const {status, ...rest} = await poll;
    return status === 429 ? rest : Promise.reject(new Error('not refused'));
  }));
  expect(headers.get('retry-after')).toBe('5');
  await client.untilHeard();
  client.send(answer(first.id, 'done'));
  const answers = await Promise.all(patient);
  expect(new Set(answers.map(({status, body}) => `${status} ${String(body['status'] ?? 'refused')}`))).toEqual(new Set(['200 done', '429 refused']));
  expect(answers.filter(({status}) => status === 200).length).toBeGreaterThanOrEqual(500);
  client.close();
});

test('ten thousand hand-overs take no more memory than fifty', () => {
  let told = 0;
  const handoffs = new Handoffs({tell: () => told++, onChange: () => {}});
  const first = handoffs.ask('x'.repeat(500), 3_600_000);
  let heldBefore = 0;
  for (let count = 1; count < 10_000; count++) {
    if (handoffs.waiting) handoffs.end(handoffs.waiting, 'canceled');
    // Each has words of its own, as they come over HTTP.
    handoffs.ask(String(count).padEnd(500, 'x'), 3_600_000);
    if (count === 1_000) heldBefore = heldBytes();
  }
  // Less than a tenth of the other hand-overs' texts.
  expect(heldBytes() - heldBefore).toBeLessThan(9_000 * 50);
  expect([told, handoffs.messages.length, handoffs.find(first?.id ?? '')]).toEqual([2 * 10_000 - 1, 51, undefined]);
  handoffs.close();
  expect(handoffs.messages).toHaveLength(5);
});
