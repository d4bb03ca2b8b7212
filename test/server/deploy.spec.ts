import {readFileSync} from 'node:fs';
import {request} from 'node:http';
import {connect} from 'node:net';
import {networkInterfaces} from 'node:os';
import {join} from 'node:path';
import {chromium, expect, test} from 'playwright/test';
import {ReverseProxy} from '../support/reverse-proxy.js';
import {type Answer, type Json, KEY, PreviewClient, root, ServerProcess} from '../support/server-process.js';

const PUBLIC_URL = 'https://live.example.com';
const HEADERS = {host: new URL(PUBLIC_URL).host};
const SECRET = 'a secret that several servers share';

/** The servers of the documentation's nginx configuration, by their addresses there. */
const servers = new Map<string, ServerProcess>();
const [A, B] = ['10.0.0.1:8787', '10.0.0.2:8787'];
let proxy: ReverseProxy;

test.beforeAll(async () => {
  let created = 0;
  proxy = await ReverseProxy.start((path) => at(routed(path) ?? (created++ % 2 === 0 ? A : B)).url);
  await Promise.all([start(A, 'a'), start(B, 'b')]);
});

test.afterAll(async () => {
  proxy.close();
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

async function start(address: string, node: string): Promise<void> {
  servers.set(address, await ServerProcess.start({
    CHASER_TOKEN_SECRET: SECRET, CHASER_PUBLIC_URL: PUBLIC_URL, CHASER_NODE: node, CHASER_MAX_SESSIONS: '1', CHASER_JPEG_QUALITY: node === 'a' ? '70' : '20',
  }));
}

function at(address: string): ServerProcess {
  const server = servers.get(address);
  if (!server) throw new Error(`There is no server at ${address}.`);
  return server;
}

/** The server to which the documentation's `map` sends a path. Undefined for any server. */
function routed(path: string): string | undefined {
  const [, map = ''] = /map \$uri \$server \{([^}]+)\}/.exec(readFileSync(join(root, 'demo/docs/deploy.md'), 'utf8')) ?? [];
  const rules = [...map.matchAll(/^\s*~(\S+)\s+([\d.:]+);/gm)];
  if (rules.length !== 2) throw new Error(`The documentation has no two rules: ${map}`);
  return rules.find(([, pattern = '']) => new RegExp(pattern).test(path))?.[2];
}

/** Replaces the public host of an address by the test's proxy. */
const inside = (address: string) => address.replace(PUBLIC_URL.replace('https', 'wss'), proxy.url.replace('http', 'ws'));

/** A call through the proxy with the public `Host`, which `fetch` cannot send. */
function call(method: string, path: string): Promise<Pick<Answer, 'status' | 'body'>> {
  return new Promise((resolve, reject) => {
    request(proxy.url + path, {method, headers: {...HEADERS, authorization: `Bearer ${KEY}`}}, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => text += chunk.toString());
      response.on('end', () => resolve({status: response.statusCode ?? 0, body: JSON.parse(text || '{}')}));
    }).once('error', reject).end();
  });
}

async function until(id: string, status: string): Promise<void> {
  await expect.poll(async () => (await call('GET', `/v1/sessions/${id}`)).body['status'], {intervals: [50], timeout: 30_000}).toBe(status);
}

async function mint(id: string): Promise<string> {
  return String((await call('POST', `/v1/sessions/${id}/preview-token`)).body['url']);
}

const ids = ({body}: Pick<Answer, 'body'>) => Array.isArray(body['data']) ? body['data'].map(({id}: Json) => id) : [];

test('several servers stand behind one address: each session is where its id says, and nothing else needs to know', async () => {
  const [first, second] = [(await call('POST', '/v1/sessions')).body, (await call('POST', '/v1/sessions')).body];
  const viewers: PreviewClient[] = [];
  for (const [session, own, other, node] of [[first, A, B, 'a'], [second, B, A, 'b']] as const) {
    const id = String(session['id']);
    expect(id).toMatch(new RegExp(`^sess_${node}_\\w{20,}$`));
    await until(id, 'ready');
    // Each server counts and lists only its own sessions.
    expect((await at(own).call('POST', '/v1/sessions')).status).toBe(429);
    expect(ids(await at(own).call('GET', '/v1/sessions'))).toEqual([id]);

    const url = await mint(id);
    expect(url).toMatch(new RegExp(`^wss://live\\.example\\.com/sessions/${id}/preview\\?token=`));
    const viewer = new PreviewClient(inside(url), {headers: HEADERS, origin: PUBLIC_URL}).ackAll();
    await viewer.until(() => viewer.frames.length > 0);
    expect(viewer.of('hello')[0]?.session).toBe(id);
    viewers.push(viewer);
    const cdpUrl = String(session['cdp_url']);
    expect(cdpUrl).toMatch(new RegExp(`^wss://live\\.example\\.com/sessions/${id}/cdp/`));
    const automation = await chromium.connectOverCDP(inside(cdpUrl), {headers: HEADERS});
    expect(automation.contexts()[0]?.pages()).toHaveLength(1);
    await automation.close();

    // A server with the secret accepts the token, and reports that it does not have the session.
    const {pathname, search} = new URL(url);
    const astray = new PreviewClient(at(other).url.replace('http', 'ws') + pathname + search);
    expect(await astray.untilClosed()).toEqual({code: 4404, reason: 'session_not_found'});
  }
  const [fine, coarse] = viewers.map(({frames}) => quantumOf(frames[0]?.jpeg ?? Buffer.alloc(0)));
  expect(coarse).toBeGreaterThan((fine ?? 0) * 3);
  // A server with its own secret refuses the token.
  const stranger = await ServerProcess.start();
  const {pathname, search} = new URL(await mint(String(first['id'])));
  const refused = new PreviewClient(stranger.url.replace('http', 'ws') + pathname + search);
  expect(await refused.untilClosed()).toEqual({code: 4401, reason: 'token_invalid'});
  await stranger.stop();

  // A server is replaced. Its viewers are told to reconnect, and then that the session is gone. Others are not affected.
  const [viewer, bystander] = viewers;
  const url = await mint(String(first['id']));
  const old = at(A);
  old.process.kill('SIGTERM');
  expect(await viewer?.untilClosed()).toEqual({code: 1001, reason: 'server_shutdown'});
  await old.exited;
  await start(A, 'a');
  const back = new PreviewClient(inside(url), {headers: HEADERS, origin: PUBLIC_URL});
  expect(await back.untilClosed()).toEqual({code: 4404, reason: 'session_not_found'});
  expect(await call('POST', `/v1/sessions/${String(first['id'])}/preview-token`)).toMatchObject({status: 404, body: {error: {code: 'session_not_found'}}});
  await bystander?.untilHeard();
  bystander?.close();
});

/** The first value of a JPEG's first quantization table, which depends on the quality. */
function quantumOf(jpeg: Buffer): number {
  return jpeg[jpeg.indexOf(Buffer.from([0xff, 0xdb])) + 5] ?? 0;
}

test('the server listens on loopback alone, unless it is told otherwise', async () => {
  const outside = Object.values(networkInterfaces()).flat().find((network) => network?.family === 'IPv4' && !network.internal)?.address ?? '127.0.0.2';
  const wide = await ServerProcess.start({HOST: '0.0.0.0'});
  const {port} = new URL(wide.url);
  // The server answers to its addresses, and not to a name that somebody else could have made to point here.
  const statusBy = (host: string) => new Promise((resolve, reject) => {
    request({host: outside, port, path: '/healthz', headers: {host}}, (response) => resolve(response.resume().statusCode)).once('error', reject).end();
  });
  expect([await statusBy(`${outside}:${port}`), await statusBy(`localhost:${port}`), await statusBy(`somebody.example:${port}`)]).toEqual([200, 200, 403]);
  const refusal = await new Promise((resolve) => {
    connect(Number(new URL(at(B).url).port), outside).once('connect', () => resolve('open')).once('error', (error) => resolve('code' in error && error.code));
  });
  expect(refusal).toBe('ECONNREFUSED');
  await wide.stop();
});
