import {type Browser, chromium, expect, test} from 'playwright/test';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

const VIEWERS = 30;
const PICTURES = 10;

let server: ServerProcess;
let automation: Browser;

test.beforeAll(async () => {
  server = await ServerProcess.start();
});

test.afterAll(async () => {
  await automation?.close();
  await server.stop();
});

// How old the frames of many viewers are is in load.long.spec.ts: that needs a machine which does nothing else.
test('each of thirty viewers gets each picture, beside two who read nothing', async () => {
  const session = await server.session();
  const {url} = await server.mint(session.id);
  automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
  const [silent, stuck] = [new PreviewClient(url), new PreviewClient(url)];
  const readers = Array.from({length: VIEWERS}, () => new PreviewClient(url).ackAll());
  const clients = [silent, stuck, ...readers];
  await Promise.all(clients.map((client) => client.until(() => client.frames.length > 0)));
  // One said once that a frame has come, and not again; one does not even read.
  silent.send({type: 'ack', frames: 1});
  await silent.untilHeard();
  stuck.socket.pause();
  for (let picture = 1; picture <= PICTURES; picture++) {
    const before = readers.map(({frames}) => frames.length);
    await page.evaluate((hue) => document.body.style.background = `hsl(${hue}deg 80% 50%)`, picture * 360 / PICTURES);
    await Promise.all(readers.map((reader, index) => reader.until(() => reader.frames.length > (before[index] ?? 0))));
  }
  // Who acks no more is sent no more than what may be on its way.
  expect(silent.frames.length).toBeLessThan(PICTURES);
  expect((await server.call('GET', '/healthz')).body['viewers']).toBe(clients.length);
  for (const client of clients) client.close();
});
