import {createServer} from 'node:http';
import {connect as connectTcp, createServer as createTcpServer} from 'node:net';
import {chromium, expect, test} from 'playwright/test';
import {connect} from 'puppeteer-core';
import {WebSocket, WebSocketServer} from 'ws';
import {LocalBrowser} from '../../demo/server/session/browser.js';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import {findBrowser} from '../../demo/server/find-browser.js';
import {resolveEndpoint} from '../../demo/server/session/endpoint.js';
import {Driver} from '../support/driver.js';
import {freePort} from '../support/free-port.js';
import {launchBrowser} from '../support/launch-browser.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';
import {startSession} from '../support/session.js';
import {startSite, type TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';

let container: LocalBrowser;
let outside: CdpConnection;
let site: TestSite;

test.beforeAll(async () => {
  site = await startSite({'/': '<title>Here</title><body style="margin: 0"><button id=b style="width: 200px; height: 100px" onclick="this.textContent = event.isTrusted">Go</button>'});
  container = await launch();
  outside = await CdpConnection.open(container.url);
});

test.afterAll(async () => {
  outside.close();
  await container.close();
  await site.close();
});

function launch(): Promise<LocalBrowser> {
  return LocalBrowser.launch({path: findBrowser() ?? '', screenSize: {width: 1920, height: 1080}, isMobile: false, blockedHosts: []});
}

const httpUrl = () => `http://${new URL(container.url).host}`;
const targets = async () => (await outside.browser.send('Target.getTargets')).targetInfos.filter(({type}) => type === 'page').map(({targetId}) => targetId);

test('a session in a remote browser is watched, clicked and automated, and leaves nothing behind in the browser', async () => {
  const before = await targets();
  for (const cdpUrl of [httpUrl(), container.url]) {
    const session = await startSession({cdpUrl});
    expect(session.viewport).toEqual({width: 1280, height: 720});
    const playwright = await chromium.connectOverCDP(session.browserUrl);
    const page = playwright.contexts()[0]?.pages()[0];
    if (!page) throw new Error('The session has no page.');
    // The automation does not see pages that were open before.
    expect(playwright.contexts().flatMap((context) => context.pages()).length).toBe(1);
    await page.goto(`${site.origin}/`);
    expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([1280, 720]);
    await page.evaluate(`document.cookie = 'left=behind'`);
    const viewer = new TestViewer(session);
    await viewer.until('a frame', () => viewer.frames.length > 0);
    viewer.click(50, 50);
    await page.getByRole('button', {name: 'true'}).waitFor();
    await viewer.message('page', ({title}) => title === 'Here');

    const context = await playwright.newContext({viewport: null});
    const other = await context.newPage();
    await other.goto(`${site.origin}/`);
    expect(await other.evaluate('document.cookie')).toBe('');
    await playwright.close();

    const automation = await connect({browserWSEndpoint: session.browserUrl, defaultViewport: null});
    expect((await automation.pages()).map((page) => page.url())).toContain(`${site.origin}/`);
    await automation.disconnect();
    await session.close();
    expect(viewer.isEnded).toBe(true);
    expect(await targets()).toEqual(before);
    expect((await outside.browser.send('Target.getBrowserContexts')).browserContextIds).toEqual([]);
  }
});

test('the browser’s own pages in each window, such as the address bar’s lists, are hidden from automations', async () => {
  const port = await freePort();
  const browser = await launchBrowser({args: [`--remote-debugging-port=${port}`]});
  const session = await startSession({cdpUrl: `http://127.0.0.1:${port}`});
  const owner = await CdpConnection.open(await resolveEndpoint(`http://127.0.0.1:${port}`));
  const find = async () => (await owner.browser.send('Target.getTargets', {filter: [{}]})).targetInfos.find(({type}) => type === 'browser_ui');
  await expect.poll(find).toBeDefined();
  const own = await find();
  const client = await CdpConnection.open(session.browserUrl);
  const {targetInfos} = await client.browser.send('Target.getTargets', {filter: [{}]});
  expect(targetInfos.map(({type}) => type).toSorted()).toEqual(['page', 'tab']);
  await expect(client.browser.send('Target.attachToTarget', {targetId: own?.targetId ?? '', flatten: true})).rejects.toThrow('No target');
  for (const connection of [owner, client]) connection.close();
  await session.close();
  await browser.close();
});

test('if a remote browser sets a viewport on each page, at once or a moment later, the session reports it', async () => {
  const viewport = {width: 800, height: 600};
  for (const isLate of [false, true]) {
    let put = () => {};
    const stop = outside.browser.on('Target.attachedToTarget', ({sessionId, targetInfo}) => {
      const page = outside.session(sessionId);
      put = () => page.post('Emulation.setDeviceMetricsOverride', {...viewport, deviceScaleFactor: 1, mobile: false});
      if (targetInfo.type === 'page' && !isLate) put();
      page.post('Runtime.runIfWaitingForDebugger');
    });
    await outside.browser.send('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: true, flatten: true});
    const session = await startSession({cdpUrl: httpUrl()});
    if (isLate) {
      expect(session.device.viewport).toEqual({width: 1280, height: 720});
      put();
      await expect.poll(() => session.viewport).toEqual(viewport);
    }
    expect([session.viewport, session.device.viewport]).toEqual([viewport, viewport]);
    const driver = await Driver.open(session.browserUrl);
    expect(await driver.evaluate('[innerWidth, innerHeight]')).toEqual([800, 600]);
    driver.close();
    await session.close();
    stop();
    await outside.browser.send('Target.setAutoAttach', {autoAttach: false, waitForDebuggerOnStart: false, flatten: true});
  }
});

test('a shared browser serves one session at a time, and no session can use what belongs to others', async () => {
  const foreign = (await outside.browser.send('Target.createTarget', {url: `${site.origin}/?foreign`})).targetId;
  const first = await startSession({cdpUrl: httpUrl()});
  await expect(startSession({cdpUrl: httpUrl()})).rejects.toThrow('serves another session');
  await expect(startSession({cdpUrl: container.url})).rejects.toThrow('serves another session');
  const client = await CdpConnection.open(first.browserUrl);
  const {targetInfos} = await client.browser.send('Target.getTargets');
  expect(targetInfos.map(({targetId}) => targetId)).not.toContain(foreign);
  for (const command of ['Target.attachToTarget', 'Target.closeTarget', 'Target.activateTarget'] as const) {
    await expect(client.browser.send(command, {targetId: foreign, ...(command === 'Target.attachToTarget' && {flatten: true})})).rejects.toThrow('No target');
  }
  client.close();
  // Closing the browser ends the session.
  const viewer = new TestViewer(first);
  const closer = await connect({browserWSEndpoint: first.browserUrl, defaultViewport: null});
  await closer.close();
  expect(await first.ended).toBe('browser_closed');
  await viewer.until('the end', () => viewer.isEnded);
  await first.close();
  expect(await targets()).toContain(foreign);
  await outside.browser.send('Target.closeTarget', {targetId: foreign});

  // Of two sessions that start at the same moment, one succeeds.
  const both = await Promise.allSettled([startSession({cdpUrl: httpUrl()}), startSession({cdpUrl: httpUrl()})]);
  expect(both.map(({status}) => status).sort()).toEqual(['fulfilled', 'rejected']);
  for (const start of both) if (start.status === 'fulfilled') await start.value.close();
});

test('a farm that gives each connection a browser of its own: sessions side by side, each automation in its own', async () => {
  const browsers: LocalBrowser[] = [];
  const farm = new WebSocketServer({host: '127.0.0.1', port: 0});
  farm.on('connection', (client) => {
    const waiting: string[] = [];
    let upstream: WebSocket | undefined;
    client.on('message', (data: Buffer) => upstream ? upstream.send(data.toString()) : waiting.push(data.toString()));
    void launch().then((browser) => {
      browsers.push(browser);
      const socket = new WebSocket(browser.url, {perMessageDeflate: false});
      socket.on('message', (data: Buffer) => client.send(data.toString()));
      socket.on('close', () => client.close());
      socket.once('open', () => {
        for (const message of waiting) socket.send(message);
        upstream = socket;
      });
      client.once('close', () => void browser.close());
    });
  });
  await new Promise((resolve) => farm.once('listening', resolve));
  const address = farm.address();
  const cdpUrl = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/?token=farm`;
  const [one, two] = await Promise.all([startSession({cdpUrl}), startSession({cdpUrl})]);
  expect(browsers.length).toBe(2);
  const drivers = [await Driver.open(one.browserUrl), await Driver.open(two.browserUrl)];
  // An automation uses its session's browser. No new browser is started.
  expect(browsers.length).toBe(2);
  await drivers[0]?.goto(`${site.origin}/?one`);
  await drivers[1]?.goto(`${site.origin}/?two`);
  const viewer = new TestViewer(one);
  await viewer.message('page', ({url}) => url.endsWith('?one'));
  // The farm takes a browser away.
  await browsers[1]?.close();
  const ends = await Promise.race([one.ended.then((end) => `one ${end}`), two.ended.then((end) => `two ${end}`)]);
  expect(ends).toMatch(/crashed$/);
  for (const driver of drivers) driver.close();
  await Promise.all([one.close(), two.close()]);
  for (const browser of browsers) await browser.close();
  await new Promise((resolve) => farm.close(resolve));
});

test('the error for an endpoint that is not a browser says what is wrong', async () => {
  const server = createServer((_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await expect(startSession({cdpUrl: `http://127.0.0.1:${port}`})).rejects.toThrow('is not a browser');
  await expect(startSession({cdpUrl: `ws://127.0.0.1:${port}`})).rejects.toThrow('No browser answered');
  await new Promise((resolve) => server.close(resolve));
  await expect(startSession({cdpUrl: `http://127.0.0.1:${port}`})).rejects.toThrow('Nothing answered');
});

test('if a browser refuses a host name, the server uses the IP address', async () => {
  // Like a browser in a container: it answers only to an IP address, and names an address that does not work outside.
  const server = createServer(({headers}, response) => {
    if (!/^\d/.test(headers.host ?? '')) response.writeHead(500).end('Host header is specified and is not an IP address or localhost.');
    else response.end(JSON.stringify({webSocketDebuggerUrl: `ws://0.0.0.0:1${new URL(container.url).pathname}`}));
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const upstream = new WebSocket(container.url, {perMessageDeflate: false});
      upstream.once('open', () => client.on('message', (data: Buffer) => upstream.send(data.toString())));
      upstream.on('message', (data: Buffer) => client.send(data.toString()));
      client.pause();
      upstream.once('open', () => client.resume());
      client.once('close', () => upstream.close());
    });
  });
  const sockets = new WebSocketServer({noServer: true});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const session = await startSession({cdpUrl: `http://localhost:${typeof address === 'object' ? address?.port : 0}`});
  await session.close();
  await new Promise((resolve) => server.close(resolve));
});

test('a server whose browsers are elsewhere: one session at one shared browser, which ends with it; the next when it is back', async () => {
  // One address with changing browsers behind it, or none.
  const address = createTcpServer((client) => {
    const browser = connectTcp(Number(new URL(container.url).port), '127.0.0.1');
    client.pipe(browser).pipe(client);
    for (const [one, other] of [[client, browser], [browser, client]] as const) one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => address.listen(0, '127.0.0.1', resolve));
  const at = address.address();
  // The server could not start a local browser.
  const server = await ServerProcess.start({CHASER_CDP_URL: `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}`, CHASER_BROWSER: '/bin/false'});
  const first = await server.session();
  const viewer = new PreviewClient((await server.mint(first.id)).url).ackAll();
  await viewer.until(() => viewer.frames.length > 0);
  const automation = await chromium.connectOverCDP(first.cdpUrl);
  await automation.contexts()[0]?.pages()[0]?.goto(`${site.origin}/`);
  await viewer.until(() => viewer.of('page').some(({title}) => title === 'Here'));
  const statusOf = async (id: string) => (await server.call('GET', `/v1/sessions/${id}`)).body;
  const second = await server.create();
  await expect.poll(() => statusOf(second.id), {timeout: 30_000}).toMatchObject({status: 'error', ended_reason: 'crashed', ready_at: null});
  await viewer.untilHeard();

  await container.close();
  expect(await viewer.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  expect(await statusOf(first.id)).toMatchObject({status: 'error', ended_reason: 'crashed', cdp_url: null});
  const tooSoon = await server.create();
  await expect.poll(() => statusOf(tooSoon.id), {timeout: 30_000}).toMatchObject({status: 'error', ended_reason: 'crashed'});
  container = await launch();
  const third = await server.session();
  expect((await server.delete(third.id)).status).toBe(204);
  await server.stop();
  address.close();
});
