import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import type {ClientOptions} from 'ws';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import {claimsFor, forge} from '../support/forged-token.js';
import {PreviewClient, root, ServerProcess, type Session} from '../support/server-process.js';

const SECRET = 'a secret that this file knows';
const STREAMS_PER_TOKEN = 256;

let server: ServerProcess;
/** One session that stays, and three that end here. */
let sessions: readonly [lasting: Session, deleted: Session, crashed: Session, closed: Session];
/** A viewer of the lasting session that must not be affected. */
let bystander: PreviewClient;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_TOKEN_SECRET: SECRET});
  sessions = await Promise.all([server.session(), server.session(), server.session(), server.session()]);
  bystander = await watching(sessions[0]);
});

test.afterAll(async () => {
  bystander.close();
  await server.stop();
});

function open(id: string, token = forge(claimsFor(id, 60), {secret: SECRET}), options: ClientOptions = {}): PreviewClient {
  return new PreviewClient(`${server.url.replace('http', 'ws')}/sessions/${id}/preview?token=${token}`, options).ackAll();
}

/** A player that was accepted. */
async function watching({id}: Session, token?: string): Promise<PreviewClient> {
  const client = open(id, token);
  await client.until(() => client.frames.length > 0);
  return client;
}

const tokenOf = ({id}: Session, seconds = 60) => forge(claimsFor(id, seconds), {secret: SECRET});

/** What makes the server close a socket, whether the player was accepted before, and a function that does it and returns the player. */
const CAUSES: readonly (readonly [closing: string, isLetIn: boolean, cause: string, bring: () => Promise<PreviewClient> | PreviewClient])[] = [
  ['4400 bad_message', true, 'a hundred messages that can\'t be read', async () => {
    const client = await watching(sessions[0]);
    for (let count = 0; count < 99; count++) client.socket.send('hello?');
    await client.untilHeard();
    expect(client.of('error').map(({code}) => code)).toEqual(Array.from({length: 99}, () => 'bad_message'));
    client.socket.send('hello?');
    return client;
  }],
  ['4401 token_expired', true, 'a token that runs out', () => watching(sessions[0], tokenOf(sessions[0], 3))],
  ['4401 token_expired', false, 'a token that has run out', () => open(sessions[0].id, tokenOf(sessions[0], -0.1))],
  ['4401 token_invalid', false, 'no token', () => open(sessions[0].id, '')],
  ['4401 token_invalid', false, 'another session\'s token', () => open(sessions[0].id, tokenOf(sessions[1]))],
  ['4401 token_invalid', false, 'a session\'s token where there is none', () => open('sess_none', tokenOf(sessions[0]))],
  ['4403 forbidden', false, 'a page of another origin', () => open(sessions[0].id, undefined, {origin: 'https://elsewhere.example'})],
  ['4403 forbidden', false, 'a name that was made to point here', () => open(sessions[0].id, undefined, {headers: {host: 'rebound.example'}, origin: 'http://rebound.example'})],
  ['4404 session_not_found', false, 'no such session', () => open('sess_none')],
  ['4404 session_not_found', false, 'what could be no session\'s id', () => open(`no.such~${'session'.repeat(20)}`)],
  ['4409 session_not_ready', false, 'a browser that is still starting', async () => {
    const {id} = await server.create();
    const client = open(id);
    await client.untilClosed();
    await server.delete(id);
    return client;
  }],
  ['4410 session_ended', true, 'a session that is deleted', async () => {
    const clients = await Promise.all([watching(sessions[1]), watching(sessions[1], (await server.mint(sessions[1].id)).url.split('token=')[1])]);
    expect((await server.delete(sessions[1].id)).status).toBe(204);
    // All streams of the session, of any token.
    expect(await Promise.all(clients.map((client) => client.untilClosed()))).toEqual(clients.map(() => ({code: 4410, reason: 'session_ended'})));
    return clients[0];
  }],
  ['4410 session_ended', false, 'a session that has been deleted', () => open(sessions[1].id)],
  ['4410 session_ended', true, 'a browser that crashes', () => endBy('Browser.crash', sessions[2], 'error', 'crashed')],
  ['4410 session_ended', true, 'a browser that an automation closes', () => endBy('Browser.close', sessions[3], 'closed', 'browser_closed')],
  ['4429 rate_limited', false, 'more streams than a token may have', async () => {
    const token = tokenOf(sessions[0]);
    const clients = await Promise.all(Array.from({length: STREAMS_PER_TOKEN}, () => watching(sessions[0], token)));
    const client = open(sessions[0].id, token);
    await client.untilClosed();
    expect(clients.filter(({closed}) => closed)).toEqual([]);
    for (const each of clients) each.close();
    return client;
  }],
  ['1001 server_shutdown', true, 'a server that is told to end', async () => {
    const client = await watching(sessions[0]);
    server.process.kill('SIGTERM');
    return client;
  }],
];

/** A player of a session whose browser an automation ends. */
async function endBy(command: 'Browser.crash' | 'Browser.close', session: Session, status: string, reason: string): Promise<PreviewClient> {
  const client = await watching(session);
  const automation = await CdpConnection.open(session.cdpUrl);
  automation.browser.post(command);
  await client.untilClosed();
  automation.close();
  expect((await server.call('GET', `/v1/sessions/${session.id}`)).body).toMatchObject({status, ended_reason: reason, cdp_url: null, ended_at: expect.any(String)});
  return client;
}

for (const [closing, isLetIn, cause, bring] of CAUSES) {
  test(`${closing}: ${cause}`, async () => {
    const client = await bring();
    const {code, reason} = await client.untilClosed();
    expect(`${code} ${reason}`).toBe(closing);
    // A refused player gets no message.
    if (isLetIn) expect(client.order[0]).toBe('hello');
    else expect(client.order).toEqual([]);
    if (closing.startsWith('1001')) return;
    await bystander.untilHeard();
    expect(bystander.of('error')).toEqual([]);
    // Viewers who are gone do not count.
    await expect.poll(async () => (await server.call('GET', '/healthz', {key: ''})).body['viewers'], {intervals: [50]}).toBe(1);
  });
}

test('these tests cause every close code of the protocol', () => {
  const [, section = ''] = readFileSync(join(root, 'demo/docs/protocol.md'), 'utf8').split('## 7. Close codes');
  const documented = [...section.split('\n## ')[0]?.matchAll(/^\| (4\d+) \| (.*?) \|/gm) ?? []]
    .flatMap(([, code, reasons = '']) => reasons.split(', ').map((reason) => `${code} ${reason.replaceAll('`', '')}`));
  const caused = CAUSES.map(([closing]) => closing).filter((closing) => closing.startsWith('4'));
  expect(documented.length).toBeGreaterThan(7);
  expect([...new Set(caused)]).toEqual(documented);
});
