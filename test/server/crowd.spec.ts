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

// load.long.spec.ts measures the age of many viewers' frames, which needs an idle machine.
test('each of thirty viewers gets each picture, beside two who read nothing', async () => {
  const session = await server.session();
  const {url} = await server.mint(session.id);
  automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
  const [silent, stuck] = [new PreviewClient(url), new PreviewClient(url)];
  const readers = Array.from({length: VIEWERS}, () => new PreviewClient(url).ackAll());
  const clients = [silent, stuck, ...readers];
  await Promise.all(clients.map((client) => client.until(() => client.frames.length > 0)));
  // One viewer has acked one frame and no more, and another one does not even read.
  silent.send({type: 'ack', frames: 1});
  await silent.untilHeard();
  stuck.socket.pause();
  for (let picture = 1; picture <= PICTURES; picture++) {
    const before = readers.map(({frames}) => frames.length);
    await page.evaluate((hue) => document.body.style.background = `hsl(${hue}deg 80% 50%)`, picture * 360 / PICTURES);
    await Promise.all(readers.map((reader, index) => reader.until(() => reader.frames.length > (before[index] ?? 0))));
  }
  // A viewer that stops acking gets only the frames that may be unacknowledged.
  expect(silent.frames.length).toBeLessThan(PICTURES);
  expect((await server.call('GET', '/healthz')).body['viewers']).toBe(clients.length);
  for (const client of clients) client.close();
});
