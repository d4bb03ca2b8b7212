import {once} from 'node:events';
import {createServer} from 'node:http';
import {chromium, expect, test} from 'playwright/test';
import {WebSocket, WebSocketServer} from 'ws';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import {Driver} from '../support/driver.js';
import {Farm} from '../support/farm.js';
import {memoryOf} from '../support/memory.js';
import {ServerProcess} from '../support/server-process.js';
import {startSession} from '../support/session.js';
import {TestViewer} from '../support/test-viewer.js';

const MB = 1024 * 1024;

test('if a farm accepts a connection and stays silent, other sessions start, and this one can be ended at once', async () => {
  const farm = await Farm.start((_, number) => number === 1 ? undefined : 'browser');
  const server = await ServerProcess.start({CHASER_CDP_URL: farm.url, CHASER_BROWSER: '/bin/false', CHASER_MAX_SESSIONS: '2'});
  const silent = await server.create();
  const second = await server.session();
  expect((await server.call('GET', `/v1/sessions/${silent.id}`)).body['status']).toBe('creating');
  expect((await server.call('POST', '/v1/sessions', {body: {}})).status).toBe(429);
  const askedAtMs = performance.now();
  expect((await server.delete(silent.id)).status).toBe(204);
  expect(performance.now() - askedAtMs).toBeLessThan(5_000);
  // Its place in the limit is free again.
  const third = await server.session();
  for (const {id} of [second, third]) expect((await server.delete(id)).status).toBe(204);
  await server.stop();
  await farm.stop();
});

test('a start that takes too long ends with a clear error', async () => {
  const farm = await Farm.start(() => undefined);
  await expect(startSession({cdpUrl: farm.url, startTimeoutMs: 500})).rejects.toThrow('did not start within 0.5 s');
  await farm.stop();
});

test('a farm that violates the protocol ends its session, and nothing else', async () => {
  const answers = ['this is no JSON', Buffer.from([0, 1, 2, 255]), 'null', '7', '[]', '{"id":1,"error":null}', '{"id":1}'];
  const farm = await Farm.start((client, number) => {
    const answer = answers[number - 1];
    if (answer === undefined) return 'browser';
    client.on('message', () => client.send(answer));
    return undefined;
  });
  const server = await ServerProcess.start({CHASER_CDP_URL: farm.url, CHASER_BROWSER: '/bin/false', CHASER_MAX_SESSIONS: '20'});
  for (const answer of answers) {
    const {id} = await server.create();
    await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body['status'], {timeout: 40_000, message: String(answer)}).toBe('error');
  }
  const {id} = await server.session();
  expect((await server.delete(id)).status).toBe(204);
  await server.stop();
  await farm.stop();
});

test('replies of any size arrive through a farm, as from a local browser', async () => {
  // 66 MB pass through five processes, the test's own included.
  test.setTimeout(120_000);
  const farm = await Farm.start();
  const session = await startSession({cdpUrl: farm.url});
  const playwright = await chromium.connectOverCDP(session.browserUrl);
  const page = playwright.contexts()[0]?.pages()[0];
  expect(String(await page?.evaluate(`'x'.repeat(${33 * MB})`)).length).toBe(33 * MB);
  expect(await page?.evaluate((text) => text.length, 'y'.repeat(33 * MB))).toBe(33 * MB);
  await playwright.close();
  await session.close();
  await farm.stop();
});

/** A client of the session's endpoint, like an automation. */
async function clientOf(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, {perMessageDeflate: false, maxPayload: 512 * MB});
  await once(socket, 'open');
  return socket;
}

/** Sends a command that a browser answers at once. */
function ask(socket: WebSocket, id: number): Promise<unknown> {
  const answer = answerTo(socket, id);
  socket.send(JSON.stringify({id, method: 'Browser.getVersion'}));
  return answer;
}

function answerTo(socket: WebSocket, id: number): Promise<unknown> {
  return new Promise((resolve) => socket.on('message', (data) => {
    const message: unknown = JSON.parse(String(data));
    if (typeof message === 'object' && message !== null && 'id' in message && message.id === id) resolve(message);
  }));
}

test('incomplete messages of a farm session\'s clients are limited in total, and other clients are not affected', async () => {
  const farm = await Farm.start();
  const session = await startSession({cdpUrl: farm.url});
  const [first, second, third] = await Promise.all([clientOf(session.browserUrl), clientOf(session.browserUrl), clientOf(session.browserUrl)]);
  const half = Buffer.alloc(64 * MB, ' ');
  await new Promise((resolve) => first.send(half, {fin: false, binary: false}, resolve));
  // The first client's bytes have arrived once the relay has answered this ping.
  first.ping();
  await once(first, 'pong');
  const ended = once(second, 'close');
  second.send(half, {fin: false, binary: false});
  const [code]: unknown[] = await ended;
  expect(code).toBe(1009);
  expect(await ask(third, 1)).toHaveProperty('result');
  // The first client's message is complete now.
  const answer = answerTo(first, 1);
  first.send('{"id": 1, "method": "Browser.getVersion"}', {fin: true});
  expect(await answer).toHaveProperty('result');
  for (const socket of [first, third]) socket.terminate();
  await session.close();
  await farm.stop();
});

test('a client of a farm\'s session with 10,000 unanswered commands gets an error, and other clients get replies', async () => {
  const farm = await Farm.start();
  const session = await startSession({cdpUrl: farm.url});
  const [driver, other] = await Promise.all([Driver.open(session.browserUrl), CdpConnection.open(session.browserUrl)]);
  for (let count = 0; count < 10_000; count++) driver.page.post('Runtime.evaluate', {expression: 'new Promise(() => {})', awaitPromise: true});
  await expect(driver.connection.browser.send('Browser.getVersion')).rejects.toThrow('not answered yet');
  expect((await other.browser.send('Browser.getVersion')).product).toContain('Chrom');
  for (const connection of [driver.connection, other]) connection.close();
  await session.close();
  await farm.stop();
});

test('while a farm does not read, its automation is not read either', async () => {
  let line: WebSocket | undefined;
  const farm = await Farm.start((client) => {
    line = client;
    return 'browser';
  });
  const server = await ServerProcess.start({CHASER_CDP_URL: farm.url, CHASER_BROWSER: '/bin/false'});
  const {cdpUrl, id: sessionId} = await server.session();
  const client = await clientOf(cdpUrl);
  expect(await ask(client, 1)).toHaveProperty('result');
  line?.pause();
  const command = JSON.stringify({id: 2, method: 'Browser.getVersion', params: {note: 'x'.repeat(0.9 * MB)}});
  let sent = 0;
  const sending = (async () => {
    for (; sent < 100; sent++) await new Promise((resolve) => client.send(command, resolve));
  })();
  // Until nothing more is sent, because the system's buffers are full.
  let seen: readonly number[] = [];
  await expect.poll(() => {
    seen = [...seen.slice(-4), sent];
    return seen.length === 5 && new Set(seen).size === 1;
  }, {intervals: [200], timeout: 30_000}).toBe(true);
  expect(sent).toBeLessThan(70);
  line?.resume();
  await sending;
  expect(await ask(client, 3)).toHaveProperty('result');
  client.terminate();
  expect((await server.delete(sessionId)).status).toBe(204);
  await server.stop();
  await farm.stop();
});

test('a copy in a farm\'s session is cut in the page, however long it is', async () => {
  let longest = 0;
  const farm = await Farm.start();
  farm.onMessage = ({length}) => longest = Math.max(longest, length);
  const session = await startSession({cdpUrl: farm.url});
  const driver = await Driver.open(session.browserUrl);
  const viewer = new TestViewer(session);
  for (const field of ['textarea', 'pre']) {
    await driver.evaluate(`document.body.innerHTML = '<${field}></${field}>'; undefined`);
    await driver.evaluate(`{
      const field = document.body.firstChild;
      field.style.overflow = 'hidden';
      field.style.height = '20px';
      const text = 'é'.repeat(${2 * MB});
      if (field.select) { field.value = text; field.focus(); field.select(); }
      else { field.textContent = text; getSelection().selectAllChildren(field); }
      undefined;
    }`);
    longest = 0;
    const since = viewer.entries.length;
    viewer.send({type: 'copy'});
    const {text} = await viewer.message('clipboard', () => true, since);
    expect(/^é+$/.test(text)).toBe(true);
    expect(Buffer.byteLength(text)).toBeGreaterThan(900_000);
    // In the browser's message, each character takes six bytes.
    expect(longest).toBeLessThan(7 * MB);
  }
  driver.close();
  await session.close();
  await farm.stop();
});

test('an endless answer of an endpoint is not kept', async () => {
  let sent = 0;
  const endless = createServer((_, response) => {
    const piece = ' '.repeat(64 * 1024);
    const write = () => {
      while (!response.destroyed) {
        sent += piece.length;
        if (!response.write(piece)) break;
      }
    };
    response.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const address = endless.address();
  const cdpUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const before = memoryOf(process.pid);
  await expect(startSession({cdpUrl})).rejects.toThrow('is not a browser: its answer is longer than 1 MiB');
  expect(memoryOf(process.pid) - before).toBeLessThan(60 * MB);
  expect(sent).toBeLessThan(40 * MB);
  endless.closeAllConnections();
  await new Promise((resolve) => endless.close(resolve));
});

test('a farm that wants a name and a password gets those of its address, for its answer and for its socket, and they are in no line of the log', async () => {
  const expected = `Basic ${Buffer.from('some-user:some p@ss/word%').toString('base64')}`;
  const wrong = `Basic ${Buffer.from('some-user:other-secret').toString('base64')}`;
  const asked: (string | undefined)[] = [];
  const farm = await Farm.start();
  const sockets = new WebSocketServer({noServer: true, maxPayload: 64 * MB});
  const door = createServer(({headers: {authorization}}, response) => {
    asked.push(authorization);
    if (authorization === expected) response.end(JSON.stringify({webSocketDebuggerUrl: `ws://0.0.0.0:1/devtools/browser/x`}));
    else response.writeHead(401).end('some p@ss/word% or other-secret is wrong');
  });
  door.on('upgrade', (request, socket, head) => {
    asked.push(request.headers.authorization);
    if (request.headers.authorization === expected) sockets.handleUpgrade(request, socket, head, (client) => farm.serve(client));
    else socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  for (const protocol of ['http', 'ws']) {
    const server = await ServerProcess.start({CHASER_CDP_URL: `${protocol}://some-user:some%20p%40ss%2Fword%@${host}`, CHASER_BROWSER: '/bin/false', CHASER_LOG_LEVEL: 'trace'});
    const {id} = await server.session();
    expect((await server.delete(id)).status).toBe(204);
    await server.stop();
    expect(server.output).not.toMatch(/some-user|p@ss|p%40ss|c29tZS11c2Vy/);
  }
  expect(asked).toEqual([expected, expected, expected]);
  for (const protocol of ['http', 'ws']) {
    const server = await ServerProcess.start({CHASER_CDP_URL: `${protocol}://some-user:other-secret@${host}`, CHASER_BROWSER: '/bin/false', CHASER_LOG_LEVEL: 'trace'});
    const {id} = await server.create();
    await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body['status'], {timeout: 30_000}).toBe('error');
    await expect.poll(() => server.output).toContain('a session did not start');
    await server.stop();
    expect(server.output).not.toMatch(/some-user|other-secret|c29tZS11c2Vy/);
  }
  expect(asked.slice(3)).toEqual([wrong, wrong]);
  await new Promise((resolve) => door.close(resolve));
  await farm.stop();
});
