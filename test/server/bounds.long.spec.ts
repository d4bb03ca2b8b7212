import {connect, type Socket} from 'node:net';
import {expect, test} from 'playwright/test';
import {openSockets} from '../support/open-sockets.js';
import {KEY, PreviewClient, ServerProcess} from '../support/server-process.js';

let server: ServerProcess;

test.beforeAll(async () => {
  server = await ServerProcess.start();
});

test.afterAll(async () => {
  await server.stop();
});

test('connections that send nothing or not everything, or do not read the answer, are closed', async () => {
  const port = Number(new URL(server.url).port);
  const host = `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${KEY}\r\n`;
  const asks = `GET /assets/chaser-live-view.js HTTP/1.1\r\n${host}\r\n`;
  const halves = ['', 'GET / HT', `GET / HTTP/1.1\r\n${host}`, `POST /v1/sessions HTTP/1.1\r\n${host}Content-Length: 100\r\n\r\n{`, asks.repeat(400)];
  await server.call('GET', '/healthz', {headers: {connection: 'close'}});
  const before = openSockets(server.process.pid);
  const sockets: Socket[] = [];
  for (const bytes of halves) {
    for (let count = 0; count < 5; count++) {
      const socket = connect({port, host: '127.0.0.1', allowHalfOpen: true}, () => socket.write(bytes));
      socket.on('error', () => {});
      // Nothing is read.
      socket.pause();
      sockets.push(socket);
    }
  }
  await expect.poll(() => openSockets(server.process.pid)).toBeGreaterThanOrEqual(before + sockets.length);
  await expect.poll(() => openSockets(server.process.pid), {timeout: 60_000}).toBeLessThanOrEqual(before);
  for (const socket of sockets) socket.destroy();
});

test('a viewer that does not read is dropped after 30 s, whatever it sends', async () => {
  const session = await server.session();
  const {url} = await server.mint(session.id);
  const reading = new PreviewClient(url);
  const client = new PreviewClient(url);
  await client.until(() => client.frames.length > 0);
  client.socket.pause();
  const timer = setInterval(() => {
    client.send({type: 'ack', frames: 1});
    // An answer to a question that was not asked.
    client.socket.pong(Buffer.alloc(8));
  }, 500);
  await expect.poll(async () => (await server.call('GET', '/healthz')).body['viewers'], {timeout: 60_000}).toBe(1);
  clearInterval(timer);
  await reading.untilHeard();
  for (const each of [client, reading]) each.close();
});
