import {request} from 'node:http';
import {chromium, expect, test} from 'playwright/test';
import {connect as connectPuppeteer} from 'puppeteer-core';
import {WebSocket} from 'ws';
import {Driver} from '../support/driver.js';
import {askForPasskey} from '../support/passkey.js';
import {ReverseProxy} from '../support/reverse-proxy.js';
import {OTHER_KEY, PreviewClient, ServerProcess, type Session} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';

let server: ServerProcess;
let session: Session;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_LOG_LEVEL: 'trace'});
  session = await server.create();
});

test.afterAll(async () => {
  await server.stop();
});

test('automation connects at once, while the browser is still starting', async () => {
  expect((await server.call('GET', `/v1/sessions/${session.id}`)).body['status']).toBe('creating');
  const browser = await chromium.connectOverCDP(session.cdpUrl);
  expect(browser.contexts()[0]?.pages()).toHaveLength(1);
  await browser.close();
});

test('Playwright and Puppeteer drive the session together while a viewer watches and types', async () => {
  const viewer = new PreviewClient((await server.mint(session.id)).url).ackAll();
  await viewer.until(() => viewer.frames.length > 0);
  const playwright = await chromium.connectOverCDP(session.cdpUrl);
  const puppet = await connectPuppeteer({browserWSEndpoint: session.cdpUrl, defaultViewport: null});
  const page = playwright.contexts()[0]?.pages()[0];
  if (!page) throw new Error('The session has no page.');
  await page.goto('data:text/html,<title>shared</title><input autofocus style="font-size:60px">');
  await page.locator('input').focus();
  viewer.send({type: 'text', text: 'from the viewer'});
  await expect(page.locator('input')).toHaveValue('from the viewer');
  const [theirPage] = await puppet.pages();
  expect(await theirPage?.title()).toBe('shared');
  const seen = viewer.frames.length;
  await theirPage?.evaluate(() => document.body.style.setProperty('background', 'teal'));
  await viewer.until(() => viewer.frames.length > seen);
  // Each disconnects without affecting the other two.
  await puppet.disconnect();
  await page.evaluate(() => document.body.style.setProperty('background', 'red'));
  await playwright.close();
  await viewer.untilHeard();
  expect(viewer.closed).toBeUndefined();
  viewer.close();
  expect(await server.untilStatus(session.id, 'ready')).toMatchObject({ended_reason: null});
});

test('viewers see, and click, the page that automation brings to the front', async () => {
  const viewer = new PreviewClient((await server.mint(session.id)).url).ackAll();
  const seen = (title: string) => viewer.until(() => viewer.of('page').at(-1)?.title === title);
  const playwright = await chromium.connectOverCDP(session.cdpUrl);
  const [context] = playwright.contexts();
  const [one] = context?.pages() ?? [];
  if (!context || !one) throw new Error('The session has no page.');
  await one.goto('data:text/html,<title>One</title><script>onclick = () => document.title = "Clicked"</script>');
  const two = await context.newPage();
  await two.goto('data:text/html,<title>Two</title>');
  // Text that only looks like the command does not activate a page.
  await one.evaluate((command) => command, {method: 'Page.bringToFront'});
  await seen('Two');
  await one.bringToFront();
  await seen('One');
  const click = {type: 'mouse', x: 100, y: 100, button: 0, modifiers: 0, clickCount: 1} as const;
  viewer.send({...click, event: 'down', buttons: 1});
  viewer.send({...click, event: 'up', buttons: 0});
  await seen('Clicked');
  const puppet = await connectPuppeteer({browserWSEndpoint: session.cdpUrl, defaultViewport: null});
  for (const page of await puppet.pages()) if (await page.title() === 'Two') await page.bringToFront();
  await seen('Two');
  await two.close();
  await seen('Clicked');
  await puppet.disconnect();
  await playwright.close();
  viewer.close();
});

test('messages of any size are forwarded, in both directions', async () => {
  const browser = await chromium.connectOverCDP(session.cdpUrl);
  const page = await browser.contexts()[0]?.newPage();
  const megabytes = 24;
  const text = 'é'.repeat(megabytes * 1024 * 1024 / 2);
  const length = await page?.evaluate((sent) => sent.length, text);
  expect(length).toBe(text.length);
  const back = await page?.evaluate((count) => 'y'.repeat(count), megabytes * 1024 * 1024);
  expect(back?.length).toBe(megabytes * 1024 * 1024);
  await browser.close();
});

test('an automation with credentials answers HTTP authentication, which is declined again when it has gone', async () => {
  const site = await startSite({'/secret': '<title>Let in</title>', '/': '<title>Outside</title>'});
  const credentials = {username: 'me', password: 'mine'};
  const ask = `fetch('/secret').then(({status}) => status)`;
  const playwright = await chromium.connectOverCDP(session.cdpUrl);
  const context = await playwright.newContext({httpCredentials: credentials});
  const page = await context.newPage();
  await page.goto(`${site.origin}/secret`);
  expect([await page.title(), await page.evaluate(ask)]).toEqual(['Let in', 200]);
  await playwright.close();
  const puppet = await connectPuppeteer({browserWSEndpoint: session.cdpUrl, defaultViewport: null});
  const [theirs] = await puppet.pages();
  await theirs?.authenticate(credentials);
  await theirs?.goto(`${site.otherOrigin}/secret`);
  expect([await theirs?.title(), await theirs?.evaluate(ask)]).toEqual(['Let in', 200]);
  await theirs?.authenticate(null);
  await puppet.disconnect();
  const last = await chromium.connectOverCDP(session.cdpUrl);
  const after = last.contexts()[0]?.pages()[0];
  await after?.goto(`${site.origin}/`);
  // The automation with credentials has just removed them.
  await expect.poll(() => after?.evaluate(ask)).toBe(401);
  await last.close();
  await site.close();
});

test('passkeys are declined again after an automation has disconnected or detached, without any input', async () => {
  const site = await startSite({'/': '<body style="margin: 0"><button style="width: 200px; height: 100px" onclick="window.isReached = event.isTrusted">Go</button>'});
  const {id, cdpUrl} = await server.session();
  const staying = await Driver.open(cdpUrl);
  await staying.goto(`${site.otherOrigin}/`);
  for (let round = 0; round < 5; round++) {
    const leaving = await Driver.open(cdpUrl, site.otherOrigin);
    leaving.close();
    await leaving.connection.closed;
    expect(await askForPasskey(staying)).toBe('NotAllowedError');
    const {browser} = staying.connection;
    const {sessionId} = await browser.send('Target.attachToTarget', {targetId: staying.targetId, flatten: true});
    await browser.send('Target.detachFromTarget', {sessionId});
    expect(await askForPasskey(staying)).toBe('NotAllowedError');
  }
  for (const type of ['mousePressed', 'mouseReleased'] as const) await staying.page.send('Input.dispatchMouseEvent', {type, x: 50, y: 50, button: 'left', clickCount: 1});
  await staying.until('window.isReached');
  staying.close();
  await server.delete(id);
  await site.close();
});

/** The status with which a WebSocket is refused, or 101 if it is accepted. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url.replace(/^ws/, 'http'), {headers: {
      connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==', ...headers,
    }});
    asked.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('upgrade', (_response, stream) => {
      stream.destroy();
      resolve(101);
    });
    asked.once('error', reject);
    asked.end();
  });
}

test('the secret gives access to its own session only, and without it there is none', async () => {
  const other = await server.create({key: OTHER_KEY});
  const secret = new URL(session.cdpUrl).pathname.split('/').at(-1) ?? '';
  expect(secret.length).toBeGreaterThan(40);
  const base = `${server.url}/sessions`;
  expect(await statusOf(session.cdpUrl)).toBe(101);
  for (const path of [
    `${other.id}/cdp/${secret}`, `${session.id}/cdp/${secret.slice(1)}`, `${session.id}/cdp/${secret}x`, `${session.id}/cdp/`,
    `${session.id}/cdp`, `sess_none/cdp/${secret}`, `${session.id}/../${session.id}/cdp/x`, `${session.id}/cdp/${secret}/more`,
  ]) expect([path, await statusOf(`${base}/${path}`)]).toEqual([path, 404]);
  // A page whose host name was made to point here is refused, too (DNS rebinding).
  expect(await statusOf(session.cdpUrl, {host: `rebound.example:${new URL(server.url).port}`})).toBe(403);
  expect((await server.call('DELETE', `/v1/sessions/${other.id}`, {key: OTHER_KEY})).status).toBe(204);
  expect(server.output).not.toContain(secret);
});

test('behind a proxy that cuts idle connections, a script can wait for a person', async () => {
  const proxy = await ReverseProxy.start(() => server.url, 8_000);
  const behind = new URL(session.cdpUrl);
  behind.port = new URL(proxy.url).port;
  const playwright = await chromium.connectOverCDP(behind.href);
  const puppet = await connectPuppeteer({browserWSEndpoint: behind.href, defaultViewport: null});
  const cut: string[] = [];
  playwright.once('disconnected', () => cut.push('Playwright'));
  puppet.once('disconnected', () => cut.push('Puppeteer'));
  const page = await playwright.contexts()[0]?.newPage();
  await page?.goto('data:text/html,<title>waiting</title>');
  await page?.evaluate(`setTimeout(() => document.title = 'solved', 18000), 0`);
  // One call that resolves only when the page is solved.
  await page?.waitForFunction(`document.title === 'solved'`, undefined, {timeout: 40_000});
  expect(cut).toEqual([]);
  expect(await puppet.version()).toContain('Chrome');
  await puppet.disconnect();
  await playwright.close();
  proxy.close();
});

test('the connection ends with the session, and cannot be opened again', async () => {
  const browser = await chromium.connectOverCDP(session.cdpUrl);
  const disconnected = new Promise((resolve) => browser.once('disconnected', resolve));
  const raw = new WebSocket(session.cdpUrl);
  const closed = new Promise((resolve) => raw.once('close', resolve));
  await new Promise((resolve) => raw.once('open', resolve));
  expect((await server.delete(session.id)).status).toBe(204);
  await Promise.all([disconnected, closed]);
  expect(await statusOf(session.cdpUrl)).toBe(409);
});

test('automation that closes the browser ends the session', async () => {
  const {id, cdpUrl} = await server.session();
  const viewer = new PreviewClient((await server.mint(id)).url);
  await viewer.until(() => viewer.frames.length > 0);
  const puppet = await connectPuppeteer({browserWSEndpoint: cdpUrl, defaultViewport: null});
  await puppet.close();
  expect(await viewer.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  const {body} = await server.call('GET', `/v1/sessions/${id}`);
  expect(body).toMatchObject({status: 'closed', ended_reason: 'browser_closed'});
});
