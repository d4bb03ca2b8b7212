import {mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {chromium, expect, test} from 'playwright/test';
import {connect} from 'puppeteer-core';
import {WebSocket} from 'ws';
import type {CdpConnection, CdpReply} from '../../demo/server/session/cdp.js';
import {Driver} from '../support/driver.js';
import {INSPECTED, NodeInspector} from '../support/node-inspector.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';
import {startSite, type TestSite} from '../support/test-site.js';

let server: ServerProcess;
let session: Session;
let site: TestSite;
let client: CdpConnection;
let driver: Driver;
let folder: string;
/** A file that belongs to no session. */
let outside: string;
let secret: string;

test.beforeAll(async () => {
  site = await startSite({'/': '<title>Site</title><input type=file>'});
  server = await ServerProcess.start(INSPECTED);
  session = await server.session();
  driver = await Driver.open(session.cdpUrl);
  client = driver.connection;
  const {arguments: command} = await browserCommand();
  folder = /--user-data-dir=(\S+)\/profile/.exec(command)?.[1] ?? '';
  outside = await mkdtemp(join(tmpdir(), 'chaser-outside-'));
  secret = join(outside, 'secret.txt');
  await writeFile(secret, 'not yours');
  await mkdir(join(folder, 'own'));
  await writeFile(join(folder, 'own', 'mine.html'), '<title>Mine</title>mine');
  await writeFile(join(folder, 'own', 'mine.txt'), 'mine');
  await symlink(secret, join(folder, 'own', 'link.txt'));
});

test.beforeEach(() => driver.goto(`${site.origin}/`));

test.afterAll(async () => {
  driver.close();
  await server.stop();
  await site.close();
  await rm(outside, {recursive: true, force: true});
});

async function browserCommand(): Promise<{arguments: string}> {
  return {arguments: (await client.browser.send('SystemInfo.getInfo')).commandLine};
}

function ask(method: string, params: object = {}, sessionId = ''): Promise<CdpReply> {
  return new Promise((resolve) => client.request(sessionId, method, params, resolve));
}

async function refusal(method: string, params: object = {}, sessionId = ''): Promise<string> {
  const reply = await ask(method, params, sessionId);
  return 'error' in reply ? reply.error.message : 'not refused';
}

const inFolder = (name: string) => join(folder, 'own', name);

test('a file outside the session’s folder cannot be chosen, dropped or opened', async () => {
  const {id} = driver.page;
  const {root} = await driver.page.send('DOM.getDocument');
  const {nodeId} = await driver.page.send('DOM.querySelector', {nodeId: root.nodeId, selector: 'input'});
  for (const file of [secret, inFolder('link.txt'), `${folder}/../${secret.split('/').slice(2).join('/')}`, `${folder}/own/../../x`, 'mine.txt', '/etc/passwd', folder]) {
    expect(await refusal('DOM.setFileInputFiles', {nodeId, files: [inFolder('mine.txt'), file]}, id), file).toMatch('is refused');
    expect(await refusal('Input.dispatchDragEvent', {type: 'drop', x: 10, y: 10, data: {items: [], files: [file], dragOperationsMask: 1}}, id), file).toMatch('is refused');
  }
  for (const file of [secret, inFolder('link.txt'), '/etc/passwd']) {
    const url = pathToFileURL(file).href;
    for (const address of [url, `view-source:${url}`, ` \tfi\nle:${url.slice(5)}`, url.replace('file:', 'FILE:'), url.replace('file://', 'file://localhost')]) {
      expect(await refusal('Page.navigate', {url: address}, id), address).toMatch('is refused');
      expect(await refusal('Target.createTarget', {url: address}), address).toMatch('is refused');
      expect(await refusal('Network.loadNetworkResource', {url: address, options: {disableCache: true, includeCredentials: false}}, id), address).toMatch('is refused');
      expect(await refusal('Fetch.continueRequest', {requestId: 'x', url: address}, id), address).toMatch('is refused');
    }
  }
  for (const url of ['chrome://settings', 'chrome://inspect', 'devtools://devtools/bundled/inspector.html', 'filesystem:file:///x', '/etc/passwd', 'chrome-extension://x/']) {
    expect(await refusal('Page.navigate', {url}, id), url).toMatch('is refused');
    expect(await refusal('Target.createTarget', {url}), url).toMatch('is refused');
  }
  expect(await driver.evaluate('document.querySelector("input").files.length')).toBe(0);
  expect(await ask('DOM.setFileInputFiles', {nodeId, files: [inFolder('mine.txt')]}, id)).toEqual({result: {}});
  expect(await driver.evaluate('document.querySelector("input").files[0].text()')).toBe('mine');
  expect(await ask('Page.navigate', {url: pathToFileURL(inFolder('mine.html')).href}, id)).toHaveProperty('result.loaderId');
});

test('a page from a file in the session’s folder cannot open any other file', async () => {
  const url = pathToFileURL(secret).href;
  const failed = () => new Promise<void>((resolve) => {
    const stop = driver.page.on('Page.frameNavigated', ({frame}) => {
      if (frame.unreachableUrl !== url) return;
      stop();
      resolve();
    });
  });
  for (const hasPasswords of [false, true]) {
    // One that answers for passwords itself has the server look at no request but those for files.
    if (hasPasswords) await driver.page.send('Fetch.enable', {handleAuthRequests: true, patterns: [{urlPattern: 'http://nowhere.example/*'}]});
    for (const way of [`location.href = '${url}'`, `document.body.innerHTML = '<iframe src="${url}"></iframe>'`]) {
      await driver.goto(pathToFileURL(inFolder('mine.html')).href);
      const end = failed();
      await ask('Runtime.evaluate', {expression: `${way}; 1`, userGesture: true}, driver.page.id);
      await end;
      // A page that has just been replaced gives no snapshot yet.
      let snapshot: CdpReply = {error: {code: 0, message: ''}};
      await expect.poll(async () => snapshot = await ask('Page.captureSnapshot', {}, driver.page.id)).toHaveProperty('result.data');
      expect(JSON.stringify(snapshot), way).not.toMatch('not yours');
    }
  }
  await driver.page.send('Fetch.disable');
  await driver.goto(pathToFileURL(inFolder('mine.html')).href);
  await ask('Runtime.evaluate', {expression: `open('${url}'); 1`, userGesture: true}, driver.page.id);
  const popup = async () => (await client.browser.send('Target.getTargets')).targetInfos.find((info) => info.type === 'page' && info.targetId !== driver.targetId)?.targetId;
  await expect.poll(popup, {timeout: 15_000}).toBeDefined();
  const targetId = await popup() ?? '';
  const {sessionId} = await client.browser.send('Target.attachToTarget', {targetId, flatten: true});
  await expect.poll(() => ask('Runtime.evaluate', {expression: 'location.href'}, sessionId), {timeout: 15_000}).toMatchObject({result: {result: {value: 'chrome-error://chromewebdata/'}}});
  await client.browser.send('Target.closeTarget', {targetId});
});

test('commands that bypass the rules or reach the machine are refused', async () => {
  for (const sessionId of ['', driver.page.id]) {
    for (const [method, params] of Object.entries({
      'Target.exposeDevToolsProtocol': {targetId: driver.targetId}, 'Target.setRemoteLocations': {locations: [{host: '127.0.0.1', port: 29_000}]},
      'Target.sendMessageToTarget': {message: '{}', targetId: driver.targetId}, 'Target.openDevTools': {targetId: driver.targetId},
      'Tethering.bind': {port: 29_999}, 'Extensions.loadUnpacked': {path: outside}, 'PWA.launchFilesInApp': {manifestId: 'x', files: [secret]},
      'Cast.enable': {}, 'Tracing.start': {perfettoConfig: ''},
    })) expect(await refusal(method, params, sessionId), method).toMatch('is refused');
  }
});

test('no page of the browser’s own is open, such as the address bar’s lists', async () => {
  const {targetInfos} = await client.browser.send('Target.getTargets', {filter: [{}]});
  expect(targetInfos.map(({type}) => type).toSorted()).toEqual(['page', 'tab']);
});

test('downloads stay in the session’s folder, whatever folder an automation names', async () => {
  const before = (await readdir(homedir())).join();
  for (const [method, sessionId] of [['Browser.setDownloadBehavior', ''], ['Browser.setDownloadBehavior', driver.page.id], ['Page.setDownloadBehavior', driver.page.id]] as const) {
    for (const params of [{behavior: 'allow', downloadPath: outside}, {behavior: 'allowAndName', downloadPath: outside}, {behavior: 'default'}]) {
      await ask(method, {...params, eventsEnabled: true}, sessionId);
      const progress = new Promise<string>((resolve) => {
        const stop = client.browser.on('Browser.downloadProgress', ({state, filePath}) => {
          if (state !== 'completed') return;
          stop();
          resolve(filePath ?? '');
        });
      });
      await ask('Browser.setDownloadBehavior', {...params, eventsEnabled: true});
      await driver.evaluate(`{ const a = document.createElement('a'); a.href = '/file'; document.body.append(a); a.click(); }`);
      expect(await progress, `${method} ${params.behavior}`).toMatch(`${folder}/downloads/`);
    }
  }
  // In a context that an automation creates without a download behavior, viewers get downloads, too.
  const {browserContextId} = await client.browser.send('Target.createBrowserContext');
  const {targetId} = await client.browser.send('Target.createTarget', {url: `${site.origin}/`, browserContextId});
  const {sessionId} = await client.browser.send('Target.attachToTarget', {targetId, flatten: true});
  const viewer = new PreviewClient((await server.mint(session.id)).url);
  await viewer.until(() => viewer.frames.length > 0);
  await ask('Page.navigate', {url: `${site.origin}/file`}, sessionId);
  await viewer.until(() => viewer.of('download').some(({size}) => size === 4));
  viewer.close();
  await ask('Target.disposeBrowserContext', {browserContextId});
  expect(await readdir(outside)).toEqual(['secret.txt']);
  expect((await readdir(homedir())).join()).toBe(before);
});

test('Playwright uploads any file’s bytes, and Puppeteer’s uploadFile only files in the session’s folder', async () => {
  const playwright = await chromium.connectOverCDP(session.cdpUrl);
  const page = playwright.contexts()[0]?.pages()[0];
  await page?.goto(`${site.origin}/`);
  await page?.setInputFiles('input', secret);
  const chosen = () => page?.evaluate(() => document.querySelector('input')?.files?.[0]?.text());
  expect(await chosen()).toBe(await readFile(secret, 'utf8'));
  await page?.setInputFiles('input', {name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('bytes')});
  expect(await chosen()).toBe('bytes');
  await playwright.close();
  const puppeteer = await connect({browserWSEndpoint: session.cdpUrl, defaultViewport: null});
  const [theirs] = await puppeteer.pages();
  await theirs?.goto(`${site.origin}/`);
  const input = await theirs?.$('input');
  await expect(input?.uploadFile(secret)).rejects.toThrow('only files in its own folder');
  await (await theirs?.$('input'))?.uploadFile(inFolder('mine.txt'));
  expect(await theirs?.evaluate(() => document.querySelector('input')?.files?.[0]?.text())).toBe('mine');
  await puppeteer.disconnect();
});

test('a command of any size is forwarded in pieces, unless it is ambiguous or incomplete', async () => {
  const padding = 'x'.repeat(2 * 1024 * 1024);
  expect(await driver.page.send('Runtime.evaluate', {expression: `'${padding}'.length`})).toMatchObject({result: {value: padding.length}});
  const {id} = driver.page;
  const node = {nodeId: 1, files: [secret]};
  const large = `{"id":1,"sessionId":"${id}","method":"Runtime.evaluate","params":{"expression":"'${padding}'"}`;
  for (const [what, text] of Object.entries({
    'another method at its end': `${large},"method":"DOM.setFileInputFiles"}`,
    'another method in other letters': `${large},"m\u0065thod":"DOM.setFileInputFiles"}`,
    'parameters twice': `${large},"params":${JSON.stringify(node)}}`,
    'a comment': `${large}/*,"method":1*/}`,
    'its method at the end': `{"id":1,"sessionId":"${id}","params":{"files":["${secret}"],"objectId":"${padding}"},"method":"DOM.setFileInputFiles"}`,
    'a method that is looked at': `{"id":1,"sessionId":"${id}","method":"DOM.setFileInputFiles","params":{"files":["${secret}"],"objectId":"${padding}"}}`,
  })) expect([what, await closeCodeOf([text])]).toEqual([what, 1009]);
  // A small command is forwarded as it was parsed: its last `method` counts.
  expect(await answerTo(`{"id":7,"method":"Browser.getVersion","params":{"url":"${pathToFileURL(secret).href}"},"method":"Target.createTarget"}`)).toMatchObject({id: 7, error: {message: 'is refused'}});
  expect(await answerTo('{"id":8,"m\\u0065thod":"Tethering.bind","params":{"port":29999}}')).toMatchObject({id: 8, error: {message: 'is refused'}});
  expect(await answerTo('no JSON')).toMatchObject({error: {code: -32700}});
});

/** Sends one message in these fragments. Returns the code with which the connection is closed. */
async function closeCodeOf(texts: readonly string[]): Promise<number> {
  const socket = await open();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  texts.forEach((text, index) => socket.send(text, {fin: index === texts.length - 1}));
  return closed;
}

async function answerTo(text: string): Promise<unknown> {
  const socket = await open();
  const answered = new Promise<unknown>((resolve) => socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()))));
  socket.send(text);
  const answer = await answered;
  socket.close();
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => key === 'message' && /is refused/.test(String(value)) ? 'is refused' : value);
}

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(session.cdpUrl, {perMessageDeflate: false});
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
}

test('an endless message costs the server a megabyte', async () => {
  const node = await NodeInspector.open(server);
  const before = await node.heldBytes();
  const socket = await open();
  const piece = 'x'.repeat(4 * 1024 * 1024);
  socket.send('{"id":1,"method":"Runtime.evaluate","params":{"expression":"', {fin: false});
  for (let sent = 0; sent < 27; sent++) await new Promise((resolve) => socket.send(piece, {fin: false}, resolve));
  expect(await node.heldBytes() - before).toBeLessThan(8 * 1024 * 1024);
  socket.terminate();
  node.close();
  expect((await server.call('GET', '/healthz')).status).toBe(200);
});
