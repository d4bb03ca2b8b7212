import {connect, type Socket} from 'node:net';
import {expect, test} from 'playwright/test';
import {openSockets} from '../support/open-sockets.js';
import {KEY, PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

let server: ServerProcess;
let session: Session;
let port: number;

test.beforeAll(async () => {
  server = await ServerProcess.start();
  session = await server.session();
  port = Number(new URL(server.url).port);
});

test.afterAll(async () => {
  await server.stop();
});

/** A client that keeps its end open after the server has closed the other. */
function open(bytes: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({port, host: '127.0.0.1', allowHalfOpen: true}, () => {
      socket.write(bytes);
      resolve(socket);
    });
    socket.on('error', () => {});
  });
}

/** The server's first bytes. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
}

const upgrade = (path: string, host = `127.0.0.1:${port}`) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n`;

test('a refused or broken connection is destroyed, whether its client closes it or not', async () => {
  const wrongSecret = `${new URL(session.cdpUrl).pathname.replace(/[^/]+$/, '')}wrong`;
  const refusals: readonly (readonly [bytes: string, answer: RegExp])[] = [
    [upgrade('/nowhere'), /^HTTP\/1.1 404 /], [upgrade(wrongSecret), /^HTTP\/1.1 404 /],
    [upgrade(new URL(session.cdpUrl).pathname, 'evil.example'), /^HTTP\/1.1 403 /],
    [upgrade(`/sessions/${session.id}/preview?token=no`), /^HTTP\/1.1 101 /],
    [upgrade(`/sessions/${session.id}/preview`).replace('Version: 13', 'Version: 1'), /^HTTP\/1.1 400 /],
    ['\x16\x03\x01\x02 what is this\r\n\r\n', /^HTTP\/1.1 400 /],
    [`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ${'x'.repeat(32_768)}\r\n\r\n`, /^HTTP\/1.1 431 /],
    [`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${KEY}\r\nConnection: close\r\n\r\n`, /^HTTP\/1.1 200 /],
  ];
  await server.call('GET', '/healthz', {headers: {connection: 'close'}});
  const before = openSockets(server.process.pid);
  const sockets: Socket[] = [];
  for (const [bytes, answer] of refusals) {
    for (const goes of [true, false, true, false]) {
      const socket = await open(bytes);
      expect([bytes.slice(0, 60), await answerOf(socket)]).toEqual([bytes.slice(0, 60), expect.stringMatching(answer)]);
      // One more byte, for which the server does not wait.
      socket.write('x');
      if (goes) socket.destroy();
      sockets.push(socket);
    }
  }
  await expect.poll(() => openSockets(server.process.pid), {timeout: 15_000}).toBeLessThanOrEqual(before);
  for (const socket of sockets) socket.destroy();
});

test('refused sockets count for the limit: an address that opens too many gets 4429, and may come back later', async () => {
  const statuses = new Map<string, number>();
  for (let round = 0; round < 15; round++) {
    await Promise.all(Array.from({length: 100}, async () => {
      const socket = await open(upgrade('/nowhere'));
      const status = /^HTTP\/1.1 (\d+)/.exec(await answerOf(socket))?.[1] ?? '';
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      socket.destroy();
    }));
  }
  expect([...statuses.keys()].sort()).toEqual(['404', '429']);
  const {url} = await server.mint(session.id);
  await expect.poll(async () => {
    const client = new PreviewClient(url);
    await client.until(() => client.closed ?? client.frames.length > 0);
    client.close();
    return client.closed;
  }, {timeout: 15_000}).toBeUndefined();
});
