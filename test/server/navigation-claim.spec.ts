import type {PlayerMessage} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

let server: ServerProcess;
let session: Session;

test.beforeAll(async () => {
  server = await ServerProcess.start();
  session = await server.session();
});

test.afterAll(() => server.stop());

const MESSAGES: readonly (readonly [message: PlayerMessage, needed: 'history' | 'full'])[] = [
  [{type: 'navigate', action: 'back'}, 'history'], [{type: 'navigate', action: 'forward'}, 'history'], [{type: 'navigate', action: 'reload'}, 'history'],
  [{type: 'navigate', action: 'stop'}, 'history'], [{type: 'tab', action: 'activate', id: 'tab-0'}, 'history'], [{type: 'tab', action: 'close', id: 'tab-0'}, 'history'],
  [{type: 'navigate', action: 'to', url: 'http://site.invalid/'}, 'full'], [{type: 'tab', action: 'new'}, 'full'],
];

/** Request bodies, with the expected `navigation` in the answer and in `hello`, and what is then refused. */
const BODIES = [
  [{}, 'history', ['full']], [{navigation: 'none'}, 'none', ['history', 'full']], [{navigation: 'history'}, 'history', ['full']], [{navigation: 'full'}, 'full', []],
  [{input_enabled: false}, 'none', ['history', 'full']], [{input_enabled: false, navigation: 'none'}, 'none', ['history', 'full']],
] as const;

test('each kind of token names its rights, and allows nothing else', async () => {
  for (const [body, navigation, refused] of BODIES) {
    const {status, body: token} = await server.call('POST', `/v1/sessions/${session.id}/preview-token`, {body});
    expect([status, token['navigation']]).toEqual([200, navigation]);
    const client = new PreviewClient(String(token['url'])).ackAll();
    const hello = await client.until(() => client.of('hello')[0]);
    expect([hello.navigation, hello.features?.includes('navigation')]).toEqual([navigation, true]);
    for (const [message] of MESSAGES) client.send(message);
    await client.untilHeard();
    expect(client.of('error').map(({code}) => code), JSON.stringify(body))
      .toEqual(MESSAGES.filter(([, needed]) => refused.some((name) => name === needed)).map(() => 'not_allowed'));
    // Each viewer gets the tabs.
    expect(client.of('tabs').length).toBeGreaterThan(0);
    client.close();
  }
});

test('a token without input but with navigation, or with an unknown kind, is refused', async () => {
  for (const body of [
    {input_enabled: false, navigation: 'history'}, {input_enabled: false, navigation: 'full'}, {navigation: 'all'}, {navigation: ''}, {navigation: true}, {navigation: ['full']},
  ]) expect((await server.call('POST', `/v1/sessions/${session.id}/preview-token`, {body})).status, JSON.stringify(body)).toBe(400);
});

test('viewers can open neither the server, by any name, nor DevTools endpoints', async () => {
  const {body: token} = await server.call('POST', `/v1/sessions/${session.id}/preview-token`, {body: {navigation: 'full'}});
  const client = new PreviewClient(String(token['url'])).ackAll();
  await client.until(() => client.of('tabs')[0]);
  const {port} = new URL(server.url);
  const names = ['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '0', '2130706433', '0x7f.1', '127.0.0.1.nip.io'];
  for (const name of names) for (const path of ['/', '/healthz']) client.send({type: 'navigate', action: 'to', url: `http://${name}:${port}${path}`});
  client.send({type: 'navigate', action: 'to', url: 'http://127.0.0.1:29123/json'});
  await client.untilHeard();
  // The browser itself blocks the last one. For the server, it is a port like any other.
  expect(client.of('error').filter(({code}) => code === 'not_allowed')).toHaveLength(names.length * 2);
  expect(client.of('tabs').flatMap(({tabs}) => tabs).filter(({url}) => url.includes(`:${port}`))).toEqual([]);
  client.close();
});

test('a screenshot of a session without a page is answered 409 no_page', async () => {
  const {body: token} = await server.call('POST', `/v1/sessions/${session.id}/preview-token`, {body: {navigation: 'full'}});
  const client = new PreviewClient(String(token['url'])).ackAll();
  const driver = await Driver.open(session.cdpUrl);
  const {browser} = driver.connection;
  const {targetInfos} = await browser.send('Target.getTargets', {filter: [{type: 'page'}, {exclude: true}]});
  for (const {targetId} of targetInfos) await browser.send('Target.closeTarget', {targetId});
  await client.until(() => client.of('tabs').at(-1)?.tabs.length === 0);
  const {status, body} = await server.call('POST', `/v1/sessions/${session.id}/screenshot`);
  expect([status, body]).toEqual([409, {error: {code: 'no_page', message: expect.any(String)}}]);
  client.send({type: 'tab', action: 'new'});
  await client.until(() => client.of('tabs').at(-1)?.tabs.length === 1);
  expect((await server.call('POST', `/v1/sessions/${session.id}/screenshot`)).status).toBe(200);
  driver.close();
  client.close();
});
