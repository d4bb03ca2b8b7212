import {expect, test} from 'playwright/test';
import {ServerProcess, PreviewClient, spawnServer} from '../support/server-process.js';
import {Driver} from '../support/driver.js';
import {startSite, type TestSite} from '../support/test-site.js';
import {XvfbScreen} from '../support/xvfb.js';

let screen: XvfbScreen;
let server: ServerProcess;
let site: TestSite;

test.beforeAll(async () => {
  screen = await XvfbScreen.start(1920, 1080);
  site = await startSite({'/': `<title>Here</title><style>html {background: rgb(0, 128, 64)} button {position: absolute; left: 0; top: 0; width: 300px; height: 200px}</style>
    <button onclick="navigator.geolocation.getCurrentPosition(() => {}, ({code}) => document.title = 'denied ' + code)">Where?</button>`});
  server = await ServerProcess.start({CHASER_HEADED: '1', DISPLAY: screen.display, CHASER_MAX_SESSIONS: '3'});
});

test.afterAll(async () => {
  await server.stop();
  await site.close();
  screen.stop();
});

test('a session is a real window on the display: seen there and by viewers, clicked, no headless browser by its user agent', async () => {
  const {id, cdpUrl} = await server.session();
  const driver = await Driver.open(cdpUrl);
  await driver.goto(`${site.otherOrigin}/`);
  expect(await driver.evaluate('[innerWidth, innerHeight, document.visibilityState, document.hasFocus(), navigator.webdriver]')).toEqual([1280, 720, 'visible', true, false]);
  expect(await driver.evaluate('navigator.userAgent')).not.toContain('Headless');
  expect(await driver.evaluate(`['(hover: hover)', '(pointer: fine)'].every((media) => matchMedia(media).matches)`)).toBe(true);
  await expect.poll(() => screen.at(640, 600)).toEqual([0, 128, 64]);
  const viewer = new PreviewClient((await server.mint(id)).url).ackAll();
  await viewer.until(() => viewer.of('viewport').at(-1)?.width === 1280 && viewer.frames.length > 0);
  // Requests in native windows end by themselves here, too, and the page gets the next click.
  const click = {type: 'mouse', x: 100, y: 100, button: 0, modifiers: 0, clickCount: 1} as const;
  for (const title of ['denied 1', 'denied 1']) {
    await driver.evaluate(`document.title = 'Here'`);
    viewer.send({...click, event: 'down', buttons: 1});
    viewer.send({...click, event: 'up', buttons: 0});
    await driver.until(`document.title === '${title}'`);
  }
  // A display has one clipboard, so there can be no other session on it.
  const second = await server.create();
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${second.id}`)).body['status'], {timeout: 15_000}).toBe('error');
  expect(server.output).toContain('The display shows another session');
  viewer.close();
  driver.close();
  expect((await server.delete(id)).status).toBe(204);
  const {id: next} = await server.session();
  expect((await server.delete(next)).status).toBe(204);
});

test('without a display the server says what is missing, and does not start', async () => {
  const {output, exited} = spawnServer({CHASER_HEADED: '1', DISPLAY: '', WAYLAND_DISPLAY: ''});
  expect((await exited).status).toBe(2);
  expect(output.join('')).toContain('CHASER_HEADED: there is no display: DISPLAY is not set.');
});
