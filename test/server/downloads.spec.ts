import {createServer, type Server} from 'node:http';
import {readFile} from 'node:fs/promises';
import {chromium, expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

const MIB = 1024 * 1024;
const MAX_MIB = 8;

let server: ServerProcess;
let session: Session;
let site: Server;
let origin: string;
let driver: Driver;
let client: PreviewClient;

/** The file at each path: its name and size. The last `cut` bytes are not sent. */
const FILES: Readonly<Record<string, {readonly name: string; readonly size: number; readonly cut?: number}>> = {
  '/one': {name: 'one.bin', size: 100_000}, '/two': {name: 'zwei ä "\';.txt', size: 1}, '/three': {name: 'empty', size: 0},
  '/up': {name: '../../../etc/pass\\wd:\u0001?*|<>.txt', size: 10}, '/broken': {name: 'broken.bin', size: 1_000_000, cut: 900_000},
  '/huge': {name: 'huge.bin', size: (MAX_MIB + 1) * MIB}, '/after': {name: 'after.bin', size: 5},
};
const byteAt = (index: number) => (index * 7) % 251;

test.beforeAll(async () => {
  site = createServer(({url = ''}, response) => {
    const file = FILES[url];
    if (!file) return void response.writeHead(200, {'content-type': 'text/html'}).end('<title>Page</title>');
    response.writeHead(200, {
      'content-type': 'application/octet-stream', 'content-length': file.size,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
    if (file.size <= MIB) response.write(Buffer.from(Array.from({length: file.size - (file.cut ?? 0)}, (_, index) => byteAt(index))));
    else for (let sent = 0; sent < file.size; sent += MIB) response.write(Buffer.alloc(MIB));
    if (file.cut === undefined) response.end();
    else setTimeout(() => response.destroy(), 200);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  server = await ServerProcess.start({CHASER_MAX_DOWNLOADS: String(MAX_MIB)});
  session = await server.session();
  driver = await Driver.open(session.cdpUrl);
  await driver.goto(`${origin}/`);
});

test.beforeEach(async () => {
  client = new PreviewClient((await server.mint(session.id)).url).ackAll();
  await client.until(() => client.of('tabs')[0]);
});

test.afterEach(() => client.close());

test.afterAll(async () => {
  driver.close();
  await server.stop();
  site.closeAllConnections();
  site.close();
});

function download(...paths: readonly string[]): Promise<unknown> {
  return driver.evaluate(`${JSON.stringify(paths)}.forEach((path) => { const a = document.createElement('a'); a.href = path; a.download = ''; document.body.append(a); a.click(); })`);
}

test('three downloads at once arrive complete, with their names, at an address of its own for each viewer', async () => {
  const other = new PreviewClient((await server.mint(session.id)).url).ackAll();
  const watching = new PreviewClient((await server.mint(session.id, {input: false})).url).ackAll();
  await Promise.all([other, watching].map((each) => each.until(() => each.of('tabs')[0])));
  // One after the other, because a browser asks before it allows several automatic downloads.
  for (const path of ['/one', '/two', '/three']) {
    const count = client.of('download').length;
    await download(path);
    await client.until(() => client.of('download').length > count);
  }
  await other.until(() => other.of('download').length === 3);
  expect(client.of('download').map(({size, error}) => [size, error])).toEqual([[100_000, undefined], [1, undefined], [0, undefined]]);
  const urls = [...client.of('download'), ...other.of('download')].map(({url = ''}) => url);
  expect(new Set(urls).size).toBe(6);
  for (const message of client.of('download')) {
    expect(new URL(message.url ?? '').origin).toBe(server.url);
    const response = await fetch(message.url ?? '');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([response.status, response.headers.get('x-content-type-options'), bytes.length]).toEqual([200, 'nosniff', message.size]);
    expect(bytes.every((byte, index) => byte === byteAt(index))).toBe(true);
    const [, name = ''] = /^attachment; .*filename\*=UTF-8''([\w%.!#$&+^`|~-]+)$/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    expect(decodeURIComponent(name)).toBe(message.name);
  }
  await watching.untilHeard();
  expect(watching.of('download')).toEqual([]);
  for (const each of [other, watching]) each.close();
});

test('a viewer who returns is told of downloads since then, once, and a new viewer is not', async () => {
  const {url} = await server.mint(session.id);
  const other = new PreviewClient(url).ackAll();
  const gone = new PreviewClient(url).ackAll();
  await Promise.all([other, gone].map((each) => each.until(() => each.of('tabs')[0])));
  await gone.untilHeard();
  const [hello] = gone.of('hello');
  gone.socket.close();
  await gone.untilClosed();
  await download('/one', '/two', '/three');
  await other.until(() => other.of('download').length === 3);
  const back = new PreviewClient(url).ackAll();
  await back.until(() => back.of('hello')[0]);
  back.send({type: 'continue', viewer: hello?.viewer ?? ''});
  await back.until(() => back.of('download').length === 3);
  expect(back.of('download').map(({name}) => name).toSorted()).toEqual(['empty', 'one.bin', other.of('download').find(({size}) => size === 1)?.name].toSorted());
  for (const message of back.of('download')) expect((await fetch(message.url ?? '')).status).toBe(200);
  // Another socket of the viewer and a new viewer do not get it again.
  const again = new PreviewClient(url).ackAll();
  await again.until(() => again.of('hello')[0]);
  again.send({type: 'continue', viewer: hello?.viewer ?? ''});
  const fresh = new PreviewClient(url).ackAll();
  await fresh.until(() => fresh.of('tabs')[0]);
  for (const each of [again, fresh]) {
    await each.untilHeard();
    expect(each.of('download')).toEqual([]);
  }
  for (const each of [other, back, again, fresh]) each.close();
});

test('file names cannot be paths, and nobody can fetch other viewers\' files', async () => {
  await download('/up');
  const {name, url = ''} = await client.until(() => client.of('download')[0]);
  expect(name).not.toMatch(/[/\\:*?"<>|\p{Cc}]/u);
  expect((await fetch(url)).status).toBe(200);
  const {id: otherId} = await server.session();
  for (const wrong of [url.slice(0, -1), `${url}x`, url.split('?')[0] ?? '', url.replace(session.id, otherId), url.replace(session.id, 'sess_none'), `${server.url}/sessions/${session.id}/download?key=../../etc/passwd`]) {
    expect((await fetch(wrong)).status, wrong).toBe(404);
  }
  await server.delete(otherId);
});

test('an automation that takes downloads itself is told of them, and its viewers have the files, which stay in the session’s folder', async () => {
  const automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0];
  if (!page) throw new Error('The automation has no page.');
  const taken = page.waitForEvent('download');
  await download('/one');
  const own = await taken;
  expect(own.suggestedFilename()).toBe('one.bin');
  await expect(own.path().then((path) => readFile(path))).rejects.toThrow('ENOENT');
  const bytes = await (await page.context().request.get(own.url())).body();
  const {url = '', size} = await client.until(() => client.of('download')[0]);
  expect([bytes.length, size]).toEqual([100_000, 100_000]);
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
  await automation.close();
  await download('/after');
  expect((await client.until(() => client.of('download').find(({name}) => name === 'after.bin'))).size).toBe(5);
});

test('a browser context with a download behavior keeps it, and the downloads of any other go to the viewers', async () => {
  const {connection} = driver;
  for (const isSaid of [false, true]) {
    const {browserContextId} = await connection.browser.send('Target.createBrowserContext');
    if (isSaid) await connection.browser.send('Browser.setDownloadBehavior', {behavior: 'deny', browserContextId, eventsEnabled: true});
    const count = client.of('download').length;
    await connection.browser.send('Target.createTarget', {url: `${origin}/?own`, browserContextId});
    await client.until(() => client.of('page').at(-1)?.url === `${origin}/?own`);
    // When another client disconnects, the server sets everything again.
    const other = await Driver.open(session.cdpUrl);
    other.close();
    await other.connection.closed;
    const own = await Driver.of(connection, `${origin}/?own`);
    await own.evaluate(`location.href = '/one'; undefined`);
    const told = await client.until(() => client.of('download')[count]);
    expect([told.size, told.error]).toEqual(isSaid ? [undefined, 'canceled'] : [100_000, undefined]);
    await connection.browser.send('Target.disposeBrowserContext', {browserContextId});
  }
});

test('a download that breaks off or is too large reports an error, and the next one arrives', async () => {
  await download('/broken');
  expect(await client.until(() => client.of('download').find(({name}) => name === 'broken.bin'))).toMatchObject({error: 'canceled'});
  await download('/huge');
  const huge = await client.until(() => client.of('download').find(({name}) => name === 'huge.bin'));
  expect([huge.error, huge.url]).toEqual(['too_large', undefined]);
  await download('/after');
  expect((await client.until(() => client.of('download').find(({name}) => name === 'after.bin'))).size).toBe(5);
});
