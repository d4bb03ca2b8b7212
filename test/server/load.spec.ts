import {createHash} from 'node:crypto';
import {type Browser, chromium, expect, type Page, test} from 'playwright/test';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

const FPS = 10;
const VIEWERS = 200;
/** How many pictures each phase of a measurement takes. */
const FRAMES = 25;

let server: ServerProcess;
let session: Session;
let automation: Browser;
let page: Page;
/** Somebody who has stopped reading, and since when. */
let stuck: PreviewClient;
let stuckAtMs: number;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_FPS: String(FPS), CHASER_MAX_SESSIONS: '10'});
  session = await server.session();
  automation = await chromium.connectOverCDP(session.cdpUrl);
  page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
});

test.afterAll(async () => {
  await automation.close();
  await server.stop();
});

/** A viewer that acks at once, and remembers when each picture came and nothing else of it. */
class Spectator {
  readonly client: PreviewClient;
  /** When each picture arrived, by its digest. */
  readonly arrivals = new Map<string, number>();

  constructor(url: string) {
    const client = new PreviewClient(url);
    this.client = client;
    let frames = 0;
    client.socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      client.frames.length = 0;
      client.send({type: 'ack', frames: ++frames});
      const digest = createHash('sha1').update(data).digest('base64');
      if (!this.arrivals.has(digest)) this.arrivals.set(digest, performance.now());
    });
  }
}

/** Waits until every spectator has `FRAMES` more pictures, and gives what they saw meanwhile. */
async function watch(spectators: readonly Spectator[]): Promise<{medianAgeMs: number; worstShare: number}> {
  for (const {arrivals} of spectators) arrivals.clear();
  await Promise.all(spectators.map(({client, arrivals}) => client.until(() => arrivals.size >= FRAMES)));
  const first = new Map<string, number>();
  for (const {arrivals} of spectators) {
    for (const [digest, atMs] of arrivals) first.set(digest, Math.min(atMs, first.get(digest) ?? Number.POSITIVE_INFINITY));
  }
  const ages = spectators.flatMap(({arrivals}) => [...arrivals].map(([digest, atMs]) => atMs - (first.get(digest) ?? 0))).sort((one, other) => one - other);
  const shares = spectators.map(({arrivals}) => arrivals.size / first.size);
  return {medianAgeMs: ages[ages.length >> 1] ?? Number.NaN, worstShare: Math.min(...shares)};
}

test('two hundred viewers of one session each get its frames; one that reads nothing takes from none of them', async () => {
  test.setTimeout(180_000);
  await page.goto('data:text/html,<style>body{margin:0}p{font:80px serif}</style><p id=count></p>');
  await page.evaluate(() => {
    const count = document.querySelector('p') ?? document.body;
    let number = 0;
    requestAnimationFrame(function paint() {
      count.textContent = `${number++}`;
      count.style.marginLeft = `${number * 3 % 900}px`;
      requestAnimationFrame(paint);
    });
  });
  const {url} = await server.mint(session.id);
  stuck = new PreviewClient(url);
  await stuck.until(() => stuck.frames.length > 0);
  const spectators = Array.from({length: VIEWERS}, () => new Spectator(url));
  await watch(spectators);
  const without = await watch(spectators);
  // Not another byte is read, by anyone; an acked stream would stop at two frames, this one goes on till the socket is full.
  stuck.socket.pause();
  stuckAtMs = performance.now();
  const beside = await watch(spectators);
  test.info().annotations.push({type: 'ages', description: JSON.stringify({without, beside})});
  // Each sees what the one who sees most sees, near enough: a picture is left out only for a newer one.
  expect(without.worstShare).toBeGreaterThan(0.6);
  expect(beside.worstShare).toBeGreaterThan(without.worstShare * 0.8);
  // A frame interval is what a viewer that held the others up would cost them each time.
  expect(beside.medianAgeMs).toBeLessThan(without.medianAgeMs * 2 + 1000 / FPS / 2);
  expect(await server.call('GET', '/healthz')).toMatchObject({body: {viewers: VIEWERS + 1}});
  for (const {client} of spectators) client.close();
});

test('ten sessions at once, each with its own picture', async () => {
  test.setTimeout(180_000);
  const others = await Promise.all(Array.from({length: 9}, () => server.create()));
  expect((await server.call('POST', '/v1/sessions', {body: {}})).status).toBe(429);
  const all = [session, ...others];
  await Promise.all(others.map(({id}) => server.untilStatus(id, 'ready')));
  const clients = await Promise.all(all.map(async ({id}) => new PreviewClient((await server.mint(id)).url)));
  await Promise.all(clients.map((client) => client.until(() => client.frames.length > 0)));
  expect(clients.map((client) => client.of('hello')[0]?.session)).toEqual(all.map(({id}) => id));
  for (const client of clients) client.send({type: 'text', text: 'x'});
  await Promise.all(clients.map((client) => client.untilHeard()));
  expect((await Promise.all(others.map(({id}) => server.delete(id)))).map(({status}) => status)).toEqual(others.map(() => 204));
  const closings = await Promise.all(clients.slice(1).map((client) => client.untilClosed()));
  expect(closings).toEqual(others.map(() => ({code: 4410, reason: 'session_ended'})));
  await clients[0]?.untilHeard();
  clients[0]?.close();
});

test('a viewer that reads nothing for half a minute is dropped; one that only rests is not', async () => {
  test.setTimeout(120_000);
  const resting = new PreviewClient((await server.mint(session.id)).url);
  await resting.until(() => resting.frames.length > 0);
  resting.send({type: 'pause'});
  // The one who reads nothing can't learn of its end either.
  await expect.poll(async () => (await server.call('GET', '/healthz')).body['viewers'], {timeout: 90_000, intervals: [500]}).toBe(1);
  // It may have answered a ping up to five seconds before it stopped.
  expect(performance.now() - stuckAtMs).toBeGreaterThan(24_000);
  await resting.untilHeard();
  resting.close();
  stuck.close();
});
