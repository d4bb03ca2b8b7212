import {once} from 'node:events';
import {createServer, type ServerResponse} from 'node:http';
import {type AddressInfo, connect} from 'node:net';
import {chromium, expect, test} from 'playwright/test';
import {forWatchOnly} from '../../demo/server/watch-only.js';
import {buyCoffee, type Progress} from '../../demo/site/automation.js';
import {PreviewClient, ServerProcess, type Session, spawnServer} from '../support/server-process.js';

let server: ServerProcess;
let session: Session;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_LOG_LEVEL: 'trace'});
  session = await server.session();
});

test.afterAll(async () => {
  await server.stop();
});

function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => answer += chunk.toString()).on('close', () => resolve(answer)).on('error', () => {});
  });
}

test('answers with secrets may not be cached', async () => {
  const answers = [
    await server.call('POST', `/v1/sessions/${session.id}/preview-token`), await server.call('GET', `/v1/sessions/${session.id}`),
    await server.call('GET', '/v1/sessions'), await server.call('GET', '/v1/sessions', {key: 'wrong'}),
    await server.call('POST', '/demo/exhibits/0/preview-token'), await server.call('POST', '/demo/states/ended'),
  ];
  for (const {headers} of answers) expect(headers.get('cache-control')).toBe('no-store');
});

test('watch-only viewers get addresses without password, query and fragment, also in titles', async () => {
  const open: ServerResponse[] = [];
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.write('<p>A document without a title that is never complete');
    open.push(response);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const {port} = site.address() as AddressInfo;
  const watching = new PreviewClient((await server.mint(session.id, {input: false})).url);
  const driving = new PreviewClient((await server.mint(session.id)).url);
  const automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0];
  const told = (client: PreviewClient, expected: string) => client.until(() => client.of('page').some(({url, title}) => url.includes(`:${port}/a`) && title === expected));
  await page?.goto(`http://a-name:a-secret@127.0.0.1:${port}/a?code=a-secret#a-secret`, {waitUntil: 'commit'});
  for (const client of [watching, driving]) await told(client, '');
  for (const response of open) response.end();
  await page?.evaluate(() => document.title = 'Is it #1?');
  for (const client of [watching, driving]) await told(client, 'Is it #1?');
  expect(JSON.stringify(driving.messages)).toContain('a-secret');
  expect(JSON.stringify(watching.messages)).not.toContain('a-secret');
  for (const client of [watching, driving]) client.close();
  await automation.close();
  site.closeAllConnections();
  site.close();
});

test('a watch-only viewer is told no user or password of an address that was cut within them', () => {
  const told = (url: string) => forWatchOnly({type: 'page', url, title: ''});
  expect(told(`https://a-name:${'a-secret'.repeat(300)}@site.example/`.slice(0, 2_048))).toEqual({type: 'page', url: 'https://', title: ''});
  for (const whole of ['https://site.example/path/a@b', 'about:blank', 'blob:https://site.example/id', '']) expect(told(whole)).toEqual({type: 'page', url: whole, title: ''});
});

test('a different query does not get around the token rate limit', async () => {
  const started = await server.call('POST', '/demo/runs', {key: '', body: {captcha: 'slider', profile: 'desktop'}});
  const cookie = started.headers.get('set-cookie')?.split(';')[0] ?? '';
  const path = `/demo/runs/${String(started.body['id'])}`;
  const statuses: number[] = [];
  for (let count = 0; count < 11; count++) statuses.push((await server.call('POST', `${path}/preview-token?${count}`, {key: '', headers: {cookie}})).status);
  expect(statuses.at(-1)).toBe(429);
  await server.call('POST', `${path}/end`, {key: '', headers: {cookie}});
});

test('the error of a script that cannot connect does not contain its cdp_url', async () => {
  const refusing = createServer().on('upgrade', (_request, stream) => stream.end('HTTP/1.1 409 Conflict\r\n\r\n')).listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const {port} = refusing.address() as AddressInfo;
  const told: Progress[] = [];
  await buyCoffee({
    cdpUrl: `ws://127.0.0.1:${port}/sessions/sess_one/cdp/a-secret`, shopUrl: '', signal: new AbortController().signal, onProgress: (progress) => told.push(progress),
    askPerson: () => {
      throw new Error('There is nothing to ask.');
    },
  });
  expect(told.map(({state, result}) => [state, result])).toEqual([['failed', expect.stringMatching(/^The script stopped: (?!.*a-secret).*409/)]]);
  refusing.close();
});

test('a request that offers an upgrade to HTTP/2 gets one answer in HTTP/1.1', async () => {
  const host = `Host: 127.0.0.1:${new URL(server.url).port}\r\n`;
  const wish = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n';
  const answer = await raw(`GET /healthz HTTP/1.1\r\n${host}${wish}\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*connection: close\r\n[\s\S]*"status":"ok"/);
  expect(await raw(`GET /v1/sessions HTTP/1.1\r\n${host}${wish}\r\n`)).toMatch(/^HTTP\/1.1 401 /);
  expect(await raw(`POST /v1/sessions HTTP/1.1\r\n${host}${wish}Content-Length: 2\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 400 /);
  expect(await raw(`GET /healthz HTTP/1.1\r\nHost: evil.example\r\n${wish}\r\n`)).toMatch(/^HTTP\/1.1 403 /);
});

test('the secret of a cdp_url is in no line of the log, however its path is written', async () => {
  const path = new URL(session.cdpUrl).pathname;
  const secret = path.split('/').at(-1) ?? '';
  for (const written of [path, path.replace('/cdp/', '/CDP/'), path.replace('/cdp/', '/c%64p/'), path.replace('/cdp/', '/cdp%2F')]) await server.call('GET', written);
  await expect.poll(() => server.output.split('[secret]').length).toBeGreaterThan(3);
  expect(server.output).not.toContain(secret);
});

test('a farm\'s user, password and query are in no line of the log', async () => {
  const farmed = await ServerProcess.start({
    CHASER_CDP_URL: 'http://some-user:some-password@127.0.0.1:1/?token=some-token', CHASER_BROWSER: '/bin/false', CHASER_LOG_LEVEL: 'trace',
  });
  const {id} = await farmed.create();
  await expect.poll(async () => (await farmed.call('GET', `/v1/sessions/${id}`)).body['status'], {timeout: 30_000}).toBe('error');
  await expect.poll(() => farmed.output).toContain('a session did not start');
  await farmed.stop();
  expect(farmed.output).not.toMatch(/some-user|some-password|some-token/);
});

test('the demo is off by default for a public server with keys, and can be turned off', async () => {
  for (const [environment, isServed] of [
    [{}, true], [{CHASER_PUBLIC_URL: 'https://live.example.com'}, false], [{HOST: '0.0.0.0'}, false], [{CHASER_DEMO: '0'}, false],
    [{CHASER_PUBLIC_URL: 'https://live.example.com', CHASER_DEMO: '1'}, true], [{CHASER_KEYS: '', HOST: '0.0.0.0'}, true],
  ] as const) {
    const tried = await ServerProcess.start(environment);
    expect([environment, tried.output.trim().split(' ')[0]]).toEqual([environment, isServed ? 'Demo:' : 'Server:']);
    expect([environment, (await tried.call('GET', '/')).status]).toEqual([environment, isServed ? 200 : 404]);
    expect([environment, (await tried.call('POST', '/demo/states/ended', {key: ''})).status]).toEqual([environment, isServed ? 409 : 404]);
    await tried.stop();
  }
  const {output, exited} = spawnServer({CHASER_DEMO: 'maybe'});
  expect((await exited).status).toBe(2);
  expect(output.join('')).toContain('CHASER_DEMO: \'maybe\' is neither 0 nor 1.');
});
