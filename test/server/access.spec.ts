import {connect, type Socket} from 'node:net';
import {chromium, expect, test} from 'playwright/test';
import {KEY, OTHER_KEY, PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

let server: ServerProcess;
let session: Session;
let url: string;
let port: number;
/** A viewer that watches all the time and must not be affected. */
let bystander: PreviewClient;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_LOG_LEVEL: 'trace', CHASER_ALLOWED_ORIGINS: 'https://app.example,http://localhost:3000'});
  session = await server.session();
  ({url} = await server.mint(session.id));
  port = Number(new URL(server.url).port);
  bystander = new PreviewClient(url).ackAll();
  await bystander.until(() => bystander.frames.length > 0);
});

test.afterEach(async () => {
  // The server still answers, and the bystander was not affected.
  expect((await server.call('GET', '/healthz')).status).toBe(200);
  await bystander.untilHeard();
  expect(bystander.of('error')).toEqual([]);
});

test.afterAll(async () => {
  bystander.close();
  await server.stop();
});

/** Sends bytes. Returns everything that arrives until the connection ends. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => answer += chunk.toString());
    socket.on('close', () => resolve(answer));
    socket.on('error', () => {});
  });
}

const get = (target: string, host: string) => raw(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: Bearer ${KEY}\r\n\r\n`);

test('only pages of an allowed origin open a preview socket', async () => {
  for (const origin of [undefined, server.url, 'https://app.example', 'http://localhost:3000']) {
    const client = new PreviewClient(url, origin === undefined ? {} : {origin});
    await client.until(() => client.frames.length > 0);
    client.close();
  }
  for (const origin of ['https://evil.example', 'http://app.example', 'https://app.example:8443', 'https://app.example.evil.example', 'null', 'https://sub.app.example', `http://127.0.0.1:${port + 1}`]) {
    const client = new PreviewClient(url, {origin});
    expect([origin, await client.untilClosed(), client.order]).toEqual([origin, {code: 4403, reason: 'forbidden'}, []]);
  }
});

test('the log names a refused origin and the setting that allows it, once', async () => {
  const origin = 'https://shop.example';
  for (let times = 0; times < 3; times++) await new PreviewClient(url, {origin}).untilClosed();
  const lines = server.output.split('\n').filter((line) => line.includes('"level":40') && line.includes(origin));
  expect(lines).toEqual([expect.stringContaining('CHASER_ALLOWED_ORIGINS')]);
});

test('the server answers only to its own host names', async () => {
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    expect(await get('/v1/sessions', host)).toMatch(/^HTTP\/1.1 200 /);
  }
  for (const host of [`evil.example:${port}`, `127.0.0.1.evil.example:${port}`, 'localhost.evil.example', 'evil.example', '127.0.0.1@evil.example', '192.168.1.1', 'x y', '']) {
    expect([host, (await get('/v1/sessions', host)).split('\r\n')[0]]).toEqual([host, expect.stringMatching(/^HTTP\/1.1 40[03] /)]);
    expect(await get('/healthz', host)).not.toContain('viewers');
  }
  const rebound = new PreviewClient(url, {headers: {host: `evil.example:${port}`}, origin: `http://evil.example:${port}`});
  expect(await rebound.untilClosed()).toEqual({code: 4403, reason: 'forbidden'});
});

test('every answer has the security headers, errors too', async () => {
  for (const path of ['/healthz', '/nothing', '/v1/sessions', '/']) {
    const {headers} = await server.call('GET', path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain('default-src \'self\'');
    expect(policy).toContain('frame-ancestors \'none\'');
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toMatch(/DENY|SAMEORIGIN/);
    expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
  }
});

test('no path serves the machine\'s files', async () => {
  const climbs = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '....//', '..;/', '%252e%252e/'];
  for (const climb of climbs) {
    for (const start of ['/', '/assets/', '/dist/', '/chaser-live-view/', '/v1/', '/sessions/']) {
      for (const target of ['package.json', 'etc/passwd', 'demo/start.ts', '.git/config']) {
        const answer = await get(start + climb.repeat(8) + target, `127.0.0.1:${port}`);
        expect([start + climb, answer.split('\r\n')[0]]).toEqual([start + climb, expect.stringMatching(/^HTTP\/1.1 40[0134] /)]);
        expect(answer).not.toMatch(/root:|devDependencies|readConfig|\[core\]/);
      }
    }
  }
});

test('bodies are bounded in length and in depth, also when they come in pieces', async () => {
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  const deepArray = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  for (const body of [deepArray, `{"profile":${deep}}`, `{"ttl_seconds":${deepArray}}`]) {
    const {status} = await server.call('POST', '/v1/sessions', {body});
    expect([400, 413]).toContain(status);
  }
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const head = `POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  expect(await raw(head + chunk.repeat(4))).toMatch(/^HTTP\/1.1 413 /);
  expect(await raw(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Long: ${'x'.repeat(32_768)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 [\s\S]*"invalid_request"/);
  expect(await raw('\x16\x03\x01\x02 what is this\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*"invalid_request"/);
});

test('an invalid handshake gets a normal error', async () => {
  const handshake = {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='};
  for (const address of [url, session.cdpUrl]) {
    for (const [method, wrong] of [['GET', {'Sec-WebSocket-Key': undefined}], ['GET', {'Sec-WebSocket-Key': 'short'}], ['GET', {'Sec-WebSocket-Version': '12'}], ['POST', {}]] as const) {
      const {pathname, search} = new URL(address);
      const headers = Object.entries({...handshake, ...wrong}).flatMap(([name, value]) => value === undefined ? [] : [`${name}: ${value}\r\n`]).join('');
      const answer = await raw(`${method} ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`);
      expect([method, wrong, answer]).toEqual([method, wrong, expect.stringMatching(/^HTTP\/1.1 400 [\s\S]*"code":"invalid_request"/)]);
    }
  }
  expect(server.output).not.toContain('uncaught exception');
});

test('a message far over the limit closes its sender\'s socket', async () => {
  const client = new PreviewClient(url);
  await client.until(() => client.frames.length > 0);
  client.socket.send('x'.repeat(2 * 1024 * 1024));
  const {code} = await client.untilClosed();
  expect([1006, 1009]).toContain(code);
});

test('a thousand connections and incomplete requests do not lock others out', async () => {
  const socket = (bytes: string) => new Promise<Socket>((resolve, reject) => {
    const opened = connect(port, '127.0.0.1', () => {
      opened.write(bytes);
      resolve(opened);
    });
    opened.once('error', reject);
    opened.on('error', () => {});
  });
  const upgrade = `GET ${new URL(url).pathname}?token=no HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n`;
  const halves = ['', 'GET / HT', `POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 100\r\n\r\n{`, upgrade];
  const sockets = await Promise.all(Array.from({length: 1_000}, (_, index) => socket(halves[index % halves.length] ?? '')));
  const client = new PreviewClient(url);
  await client.until(() => client.frames.length > 0);
  await bystander.untilHeard();
  client.close();
  for (const each of sockets) each.destroy();
});

test('a session\'s pages can\'t connect to the server, by any name', async () => {
  const browser = await chromium.connectOverCDP(session.cdpUrl);
  const page = browser.contexts()[0]?.pages()[0];
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.1', '0.0.0.0', 'localtest.localhost', '[::ffff:127.0.0.1]']) {
    await expect(page?.goto(`http://${host}:${port}/healthz`), host).rejects.toThrow(/ERR_/);
  }
  await browser.close();
});

test('no key, no token and no secret is in the log', async () => {
  const secrets = [KEY, OTHER_KEY, new URL(url).searchParams.get('token') ?? '', new URL(session.cdpUrl).pathname.split('/').at(-1) ?? '', 'eyJ'];
  await server.call('GET', `/v1/sessions?token=${secrets[2] ?? ''}`);
  await server.call('GET', new URL(session.cdpUrl).pathname);
  await server.call('GET', '/v1/sessions', {key: 'a-key-that-is-wrong'});
  await expect.poll(() => server.output.split('request completed').length).toBeGreaterThan(3);
  for (const secret of [...secrets, 'a-key-that-is-wrong']) expect(server.output.includes(secret)).toBe(false);
});

// The last test, because it uses up the address's limit of sockets.
test('the sockets of one address and the streams of one token are limited', async () => {
  const clients = Array.from({length: 300}, () => new PreviewClient(url));
  await Promise.all(clients.map((client) => client.until(() => client.closed ?? client.frames.length > 0)));
  const refused = clients.filter(({closed}) => closed);
  // The bystander has one of the 256.
  expect(refused.length).toBe(300 - 255);
  expect(refused[0]?.closed).toEqual({code: 4429, reason: 'rate_limited'});
  for (const client of clients) client.close();
  const bad = url.replace(/token=.*/, 'token=no');
  let limited = 0;
  for (let round = 0; round < 20 && limited === 0; round++) {
    const closings = await Promise.all(Array.from({length: 100}, () => new PreviewClient(bad).untilClosed()));
    limited = closings.filter(({code}) => code === 4429).length;
  }
  expect(limited).toBeGreaterThan(0);
});
