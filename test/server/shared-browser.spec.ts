import {chromium, expect, test} from 'playwright/test';
import {connect} from 'puppeteer-core';
import {WebSocket, WebSocketServer} from 'ws';
import {CdpConnection, type CdpReply} from '../../demo/server/session/cdp.js';
import {findBrowser} from '../../demo/server/find-browser.js';
import {LocalBrowser} from '../../demo/server/session/browser.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';
import {startSession} from '../support/session.js';
import {startSite, type TestSite} from '../support/test-site.js';

/** One browser with its owner's page and cookies, used by two independent servers. */
let shared: LocalBrowser;
let owner: CdpConnection;
let site: TestSite;
let ownersPage: string;
let servers: ServerProcess[];
let sessions: Session[];
let clients: CdpConnection[];

test.beforeAll(async () => {
  site = await startSite({'/': '<title>Site</title><body>Site'});
  shared = await LocalBrowser.launch({path: findBrowser() ?? '', screenSize: {width: 1920, height: 1080}, isMobile: false, blockedHosts: []});
  owner = await CdpConnection.open(shared.url);
  ({targetId: ownersPage} = await owner.browser.send('Target.createTarget', {url: `${site.origin}/?owner`}));
  await owner.browser.send('Storage.setCookies', {cookies: [{name: 'owner', value: 'secret', url: site.origin}]});
  const environment = {CHASER_CDP_URL: `http://${new URL(shared.url).host}`, CHASER_BROWSER: '/bin/false'};
  servers = await Promise.all([ServerProcess.start(environment), ServerProcess.start(environment)]);
  sessions = await Promise.all(servers.map((server) => server.session()));
  clients = await Promise.all(sessions.map(({cdpUrl}) => CdpConnection.open(cdpUrl)));
});

test.afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all(servers.map((server) => server.stop()));
  owner.close();
  await shared.close();
  await site.close();
});

function ask(client: CdpConnection | undefined, method: string, params: object = {}, sessionId = ''): Promise<CdpReply> {
  return new Promise((resolve) => client?.request(sessionId, method, params, resolve));
}

/** The error of a refused command. Undefined if the command is allowed. */
async function refusal(client: CdpConnection | undefined, method: string, params: object = {}, sessionId = ''): Promise<string | undefined> {
  const reply = await ask(client, method, params, sessionId);
  return 'error' in reply ? reply.error.message : undefined;
}

async function pagesOf(client: CdpConnection | undefined): Promise<readonly string[]> {
  const {targetInfos} = await client?.browser.send('Target.getTargets', {filter: [{}]}) ?? {targetInfos: []};
  return targetInfos.filter(({type}) => type === 'page').map(({targetId}) => targetId);
}

async function attach(client: CdpConnection | undefined, targetId: string | undefined): Promise<string> {
  const {sessionId} = await client?.browser.send('Target.attachToTarget', {targetId: targetId ?? '', flatten: true}) ?? {sessionId: ''};
  return sessionId;
}

test('each server lists, attaches to and gets events of only its own session', async () => {
  const [mine, theirs] = clients;
  const [[myPage], [theirPage]] = [await pagesOf(mine), await pagesOf(theirs)];
  expect([await pagesOf(mine), await pagesOf(theirs)].map(({length}) => length)).toEqual([1, 1]);
  expect(myPage).not.toBe(theirPage);
  const told: string[] = [];
  mine?.browser.onAny((method, params) => told.push(`${method} ${JSON.stringify(params)}`));
  await mine?.browser.send('Target.setDiscoverTargets', {discover: true, filter: [{}]});
  await mine?.browser.send('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter: [{type: 'tab', exclude: true}, {}]});
  const {targetId: news} = await owner.browser.send('Target.createTarget', {url: `${site.origin}/?news`});
  const {targetId: theirNews} = await theirs?.browser.send('Target.createTarget', {url: `${site.origin}/?theirs`}) ?? {};
  const {targetId: myNews} = await mine?.browser.send('Target.createTarget', {url: `${site.origin}/?mine`}) ?? {};
  // No client makes another client's new page wait for a debugger.
  for (const [client, id] of [[owner, news], [theirs, theirNews]] as const) {
    const page = await attach(client, id);
    await expect.poll(async () => JSON.stringify(await ask(client, 'Runtime.evaluate', {expression: 'document.title'}, page)), {timeout: 30_000}).toContain('Site');
  }
  for (const id of [news, theirNews]) await owner.browser.send('Target.closeTarget', {targetId: id ?? ''});
  await mine?.browser.send('Target.closeTarget', {targetId: myNews ?? ''});
  await expect.poll(() => told.some((line) => line.startsWith('Target.targetDestroyed') && line.includes(myNews ?? '-'))).toBe(true);
  for (const id of [ownersPage, news, theirPage, theirNews]) expect(told.filter((line) => line.includes(id ?? '-'))).toEqual([]);
  await mine?.browser.send('Target.setAutoAttach', {autoAttach: false, waitForDebuggerOnStart: false, flatten: true});
  await mine?.browser.send('Target.setDiscoverTargets', {discover: false});
});

test('no command can use a page, a context or a window of another session', async () => {
  const [mine, theirs] = clients;
  const [myPage] = await pagesOf(mine);
  const [theirPage] = await pagesOf(theirs);
  const session = await attach(mine, myPage);
  const {windowId} = await owner.browser.send('Browser.getWindowForTarget', {targetId: ownersPage});
  const theirContext = (await owner.browser.send('Target.getTargetInfo', {targetId: theirPage ?? ''})).targetInfo.browserContextId;
  const ownersContext = (await owner.browser.send('Target.getTargetInfo', {targetId: ownersPage})).targetInfo.browserContextId;
  const theirSession = await attach(theirs, theirPage);
  for (const sessionId of ['', session]) {
    for (const targetId of [ownersPage, theirPage]) {
      for (const method of ['attachToTarget', 'closeTarget', 'activateTarget', 'getTargetInfo', 'autoAttachRelated', 'detachFromTarget']) {
        expect(await refusal(mine, `Target.${method}`, {targetId, flatten: true, waitForDebuggerOnStart: false}, sessionId), method).toMatch('No target with given id');
      }
      expect(await refusal(mine, 'Browser.getWindowForTarget', {targetId}, sessionId)).toMatch('No target with given id');
    }
    for (const browserContextId of [theirContext, ownersContext]) {
      for (const [method, params] of Object.entries({
        'Target.createTarget': {url: 'about:blank'}, 'Target.disposeBrowserContext': {}, 'Storage.getCookies': {}, 'Storage.setCookies': {cookies: []},
        'Storage.clearCookies': {}, 'Browser.grantPermissions': {permissions: ['geolocation']}, 'Browser.resetPermissions': {},
        'Browser.setPermission': {permission: {name: 'geolocation'}, setting: 'granted'}, 'Browser.setDownloadBehavior': {behavior: 'deny'},
        'Browser.cancelDownload': {guid: 'x'},
      })) expect(await refusal(mine, method, {...params, browserContextId}, sessionId), method).toMatch('Failed to find context');
    }
    for (const method of ['Browser.getWindowBounds', 'Browser.setWindowBounds', 'Browser.setContentsSize']) {
      expect(await refusal(mine, method, {windowId, bounds: {width: 300}, width: 300, height: 300}, sessionId), method).toMatch('Browser window not found');
    }
    for (const method of [
      'Browser.crash', 'Browser.crashGpuProcess', 'Browser.getHistograms', 'Tracing.start', 'SystemInfo.getInfo', 'SystemInfo.getProcessInfo',
      'Memory.simulatePressureNotification', 'Target.setRemoteLocations', 'Target.exposeDevToolsProtocol', 'Target.openDevTools',
      'Target.sendMessageToTarget', 'Tethering.bind', 'Extensions.getExtensions',
    ]) expect(await refusal(mine, method, {}, sessionId), method).toBeDefined();
  }
  for (const method of ['Fetch.enable', 'Security.setIgnoreCertificateErrors', 'Network.enable']) expect(await refusal(mine, method), method).toMatch('whole browser');
  expect(await refusal(mine, 'Target.attachToTarget', {targetId: myPage})).toMatch('flatten');
  expect(await refusal(mine, 'Runtime.evaluate', {expression: '1'}, theirSession)).toMatch('Session with given id not found');
  expect(await refusal(mine, 'Target.detachFromTarget', {sessionId: theirSession})).toMatch('No session');
  expect(await pagesOf(owner)).toEqual(expect.arrayContaining([ownersPage, theirPage, myPage]));
});

test('commands without a context apply to the session’s own cookies, pages and permissions', async () => {
  const [mine, theirs] = clients;
  expect(await ask(mine, 'Storage.getCookies')).toEqual({result: {cookies: []}});
  await ask(mine, 'Storage.setCookies', {cookies: [{name: 'mine', value: '1', url: site.origin}]});
  expect(JSON.stringify(await ask(mine, 'Storage.getCookies'))).toContain('"mine"');
  expect(await ask(theirs, 'Storage.getCookies')).toEqual({result: {cookies: []}});
  const {targetId} = await mine?.browser.send('Target.createTarget', {url: `${site.origin}/`}) ?? {targetId: ''};
  const page = await attach(mine, targetId);
  await expect.poll(async () => JSON.stringify(await ask(mine, 'Runtime.evaluate', {expression: 'document.cookie'}, page))).toContain('mine=1');
  expect(await refusal(mine, 'Browser.grantPermissions', {permissions: ['geolocation'], origin: site.origin})).toBeUndefined();
  const permission = {expression: `navigator.permissions.query({name: 'geolocation'}).then(({state}) => state)`, awaitPromise: true};
  expect(JSON.stringify(await ask(mine, 'Runtime.evaluate', permission, page))).toContain('granted');
  const ownersSession = await attach(owner, ownersPage);
  expect(JSON.stringify(await ask(owner, 'Runtime.evaluate', permission, ownersSession))).not.toContain('granted');
  await ask(mine, 'Storage.clearCookies');
  expect((await owner.browser.send('Storage.getCookies')).cookies.map(({name}) => name)).toEqual(['owner']);
  await ask(mine, 'Target.closeTarget', {targetId});
});

test('Playwright and Puppeteer find the session’s page in their default context, and make contexts of their own', async () => {
  const [{cdpUrl}, theirs] = [sessions[0] ?? {cdpUrl: ''}, clients[1]];
  const playwright = await chromium.connectOverCDP(cdpUrl);
  const [context] = playwright.contexts();
  expect(playwright.contexts().map((each) => each.pages().length)).toEqual([1]);
  await context?.pages()[0]?.goto(`${site.origin}/?playwright`);
  expect(await context?.cookies()).toEqual([]);
  const made = await playwright.newContext();
  const inMade = await made.newPage();
  await inMade.goto(`${site.origin}/`);
  await made.addCookies([{name: 'made', value: '1', url: site.origin}]);
  const popup = context?.waitForEvent('page');
  await context?.pages()[0]?.evaluate(() => void open('about:blank'));
  expect((await popup)?.url()).toBe('about:blank');

  const puppeteer = await connect({browserWSEndpoint: cdpUrl, defaultViewport: null});
  expect((await puppeteer.defaultBrowserContext().pages()).map((page) => page.url()).sort()).toEqual(['about:blank', `${site.origin}/?playwright`]);
  expect(await puppeteer.defaultBrowserContext().cookies()).toEqual([]);
  expect(puppeteer.browserContexts()).toHaveLength(2);
  const kept = await puppeteer.createBrowserContext();
  await (await kept.newPage()).goto(`${site.origin}/?kept`);
  const all = (await owner.browser.send('Target.getBrowserContexts')).browserContextIds.length;
  expect(await pagesOf(theirs)).toHaveLength(1);
  expect((await ask(theirs, 'Target.getBrowserContexts'))).toMatchObject({result: {browserContextIds: []}});
  await playwright.close();
  await puppeteer.disconnect();
  // Playwright's context is disposed when it disconnects. Puppeteer's stays until the session ends.
  await expect.poll(async () => (await owner.browser.send('Target.getBrowserContexts')).browserContextIds.length).toBe(all - 1);
  const again = await connect({browserWSEndpoint: cdpUrl, defaultViewport: null});
  expect((await again.pages()).map((page) => page.url())).toContain(`${site.origin}/?kept`);
  await again.disconnect();
});

test('whoever closes the browser ends their session, with its contexts, and no other', async () => {
  const viewer = new PreviewClient((await servers[1]?.mint(sessions[1]?.id ?? ''))?.url ?? '').ackAll();
  await viewer.until(() => viewer.frames.length > 0);
  expect(await ask(clients[0], 'Browser.close')).toEqual({result: {}});
  await servers[0]?.untilStatus(sessions[0]?.id ?? '', 'closed');
  await expect.poll(async () => (await owner.browser.send('Target.getBrowserContexts')).browserContextIds.length).toBe(1);
  await viewer.untilHeard();
  viewer.close();
  expect(await pagesOf(clients[1])).toHaveLength(1);
  expect(await pagesOf(owner)).toContain(ownersPage);
  // The next session finds nothing of the one before.
  const next = await servers[0]?.session();
  const client = await CdpConnection.open(next?.cdpUrl ?? '');
  expect(await ask(client, 'Storage.getCookies')).toEqual({result: {cookies: []}});
  client.close();
});

test('a server that is killed leaves no browser contexts', async () => {
  const client = await CdpConnection.open(sessions[1]?.cdpUrl ?? '');
  await client.browser.send('Target.createBrowserContext');
  const count = async () => (await owner.browser.send('Target.getBrowserContexts')).browserContextIds.length;
  const before = await count();
  servers[1]?.process.kill('SIGKILL');
  await expect.poll(count).toBe(before - 2);
  client.close();
});

for (const [what, endpoint] of Object.entries({
  'refuses browser contexts': (method: string) => method === 'Target.createBrowserContext' ? {error: {code: -32601, message: '\'Target.createBrowserContext\' wasn\'t found'}} : undefined,
  'opens every page in its default context': (method: string) => ({
    'Target.createBrowserContext': {result: {browserContextId: 'ONE'}}, 'Target.getBrowserContexts': {result: {browserContextIds: ['ONE']}},
    'Target.createTarget': {result: {targetId: 'PAGE'}}, 'Target.getTargetInfo': {result: {targetInfo: {targetId: 'PAGE', type: 'page', browserContextId: 'DEFAULT'}}},
  }[method]),
})) {
  test(`an endpoint that ${what} is refused in words`, async () => {
    const server = new WebSocketServer({host: '127.0.0.1', port: 0});
    server.on('connection', (socket: WebSocket) => socket.on('message', (data: Buffer) => {
      const {id, method}: {id: number; method: string} = JSON.parse(data.toString());
      socket.send(JSON.stringify({id, ...endpoint(method) ?? {result: {product: 'Chrome/1', userAgent: ''}}}));
    }));
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    await expect(startSession({cdpUrl: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`})).rejects.toThrow('has no browser contexts');
    for (const client of server.clients) client.terminate();
    server.close();
  });
}
