import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import type {WebSocket} from 'ws';
import {Farm} from '../support/farm.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'chaser-uncaught-'));
const faultFile = join(folder, 'fault');

test.afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Waits until the session has crashed, and checks the log's line about it. */
async function untilEnded(server: ServerProcess, id: string, words: string): Promise<void> {
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body, {timeout: 30_000}).toMatchObject({status: 'error', ended_reason: 'crashed'});
  const line = server.output.split('\n').find((text) => text.includes(words));
  expect(line).toContain(`"sessionId":"${id}"`);
}

test('an exception in a timer, a promise or a socket\'s event ends its session, is named in the log, and nobody else notices', async () => {
  const server = await ServerProcess.start({NODE_OPTIONS: '--import ./test/support/fault-injector.mjs', FAULT_FILE: faultFile});
  for (const kind of ['timer', 'promise'] as const) {
    const {id} = await server.session();
    writeFileSync(faultFile, kind);
    server.process.kill('SIGUSR2');
    await untilEnded(server, id, `injected into a ${kind}`);
  }
  const [faulty, bystander] = await Promise.all([server.session(), server.session()]);
  const watching = new PreviewClient((await server.mint(bystander.id)).url);
  const client = new PreviewClient((await server.mint(faulty.id)).url);
  await Promise.all([client, watching].map((each) => each.until(() => each.frames.length > 0)));
  client.send({type: 'ping', t: 13});
  expect(await client.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  await untilEnded(server, faulty.id, 'injected into a socket');
  await watching.untilHeard();
  watching.close();
  await server.stop();
});

test('a farm\'s event that violates the protocol ends its session, and no other', async () => {
  const clients: WebSocket[] = [];
  const farm = await Farm.start((client) => {
    clients.push(client);
    return 'browser';
  });
  const server = await ServerProcess.start({CHASER_CDP_URL: farm.url, CHASER_BROWSER: '/bin/false'});
  const {id} = await server.session();
  clients[0]?.send('{"method":"Target.attachedToTarget"}');
  await untilEnded(server, id, 'TypeError');
  expect((await server.call('GET', '/healthz')).status).toBe(200);
  await server.stop();
  await farm.stop();
});
