import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {connect} from 'node:net';
import {type Browser, chromium, expect, type Page, test} from 'playwright/test';
import {JpegReader, NUMBER} from '../support/jpeg-reader.js';
import {KEY, OTHER_KEY, PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

const FPS = 10;
const VIEWERS = 200;
/** How many pictures each phase of a measurement takes. */
const FRAMES = 25;

let server: ServerProcess;
let session: Session;
/** One token for all that is watched here. */
let url: string;
let reader: JpegReader;
let automation: Browser;
let page: Page;
/** Somebody who has stopped reading, and since when. */
let stuck: PreviewClient;
let stuckAtMs: number;
/** What takes a minute, and is begun at once: a session of the shortest life, a token too many, requests that stop half way. */
let brief: string;
let briefViewer: PreviewClient;
let mintAgainAtMs: number;
let halves: readonly Promise<string>[];

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_FPS: String(FPS)});
  session = await server.session();
  ({url} = await server.mint(session.id));
  reader = await JpegReader.start();
  await beginWhatTakesAMinute();
  automation = await chromium.connectOverCDP(session.cdpUrl);
  page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
});

test.afterAll(async () => {
  await Promise.all([automation.close(), reader.close()]);
  await server.stop();
});

async function beginWhatTakesAMinute(): Promise<void> {
  const port = Number(new URL(server.url).port);
  const body = `POST /v1/sessions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  halves = ['', 'GET / HT', body].map((bytes) => new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => answer += chunk.toString()).on('error', () => {}).on('close', () => resolve(answer));
  }));
  brief = String((await server.call('POST', '/v1/sessions', {key: OTHER_KEY, body: {ttl_seconds: 60}})).body['id']);
  await server.untilStatus(brief, 'ready', OTHER_KEY);
  briefViewer = new PreviewClient((await server.mint(brief, {key: OTHER_KEY})).url);
  for (;;) {
    const {status, headers} = await server.call('POST', `/v1/sessions/${session.id}/preview-token`);
    if (status === 429) mintAgainAtMs = Date.now() + Number(headers.get('retry-after')) * 1000;
    if (status !== 200) return;
  }
}

/** What came to all the spectators, by its digest. */
const pictures = new Map<string, Buffer>();

/** A viewer that acks at once, and remembers when each picture came. */
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
      pictures.set(digest, data);
      if (!this.arrivals.has(digest)) this.arrivals.set(digest, Date.now());
    });
  }
}

interface Watched {
  /** From the moment at which the page painted a picture until it was there: the median, and what one in ten is above. */
  readonly medianAgeMs: number;
  readonly lateAgeMs: number;
  /** What share of all pictures that somebody got the one got who got the fewest. */
  readonly worstShare: number;
  readonly framesPerSecond: number;
}

/** Waits until every spectator has `FRAMES` more pictures, and gives what they saw meanwhile. */
async function watch(spectators: readonly Spectator[]): Promise<Watched> {
  for (const {arrivals} of spectators) arrivals.clear();
  pictures.clear();
  await Promise.all(spectators.map(({client, arrivals}) => client.until(() => arrivals.size >= FRAMES)));
  const seen = spectators.map(({arrivals}) => new Map(arrivals));
  const paintedAtMs: number[] = await page.evaluate('paintedAtMs');
  const paintings = new Map<string, number>();
  for (const [digest, jpeg] of pictures) paintings.set(digest, paintedAtMs[await reader.readNumber(jpeg)] ?? Number.NaN);
  const ages = seen.flatMap((arrivals) => [...arrivals].map(([digest, atMs]) => atMs - (paintings.get(digest) ?? Number.NaN))).sort((one, other) => one - other);
  const times = seen.flatMap((arrivals) => [...arrivals.values()]);
  const inAll = new Set(seen.flatMap((arrivals) => [...arrivals.keys()])).size;
  return {
    medianAgeMs: ages[ages.length >> 1] ?? Number.NaN, lateAgeMs: ages[Math.floor(ages.length * 0.9)] ?? Number.NaN,
    worstShare: Math.min(...seen.map(({size}) => size / inAll)),
    framesPerSecond: (times.length / spectators.length - 1) / (Math.max(...times) - Math.min(...times)) * 1000,
  };
}

/** Paints without rest: a number that says which picture it is, and, while `isNoisy`, what makes a large picture. */
async function paint(): Promise<void> {
  await page.goto('data:text/html,<style>body{margin:0}i{float:left}canvas{position:absolute;top:100px;left:0}</style><canvas width=1280 height=620></canvas>');
  await page.evaluate(({bits, side}) => {
    const squares = Array.from({length: bits}, () => document.body.appendChild(document.createElement('i')));
    for (const square of squares) square.setAttribute('style', `width: ${side}px; height: ${side}px`);
    const context = document.querySelector('canvas')?.getContext('2d');
    if (!context) throw new Error('There is no canvas.');
    const {width, height} = context.canvas;
    const noise = context.createImageData(width, height);
    for (let index = 0; index < noise.data.length; index++) noise.data[index] = Math.random() * 256;
    const paintedAtMs: number[] = [];
    const state = Object.assign(window, {paintedAtMs, isNoisy: false});
    requestAnimationFrame(function frame() {
      const number = paintedAtMs.push(Date.now()) - 1;
      for (const [bit, square] of squares.entries()) square.style.background = number >> bit & 1 ? 'white' : 'black';
      context.clearRect(0, 0, width, height);
      if (state.isNoisy) context.putImageData(noise, number * 7 % 90, 0);
      else context.fillText(`${number}`, number * 3 % 900, 80);
      requestAnimationFrame(frame);
    });
  }, NUMBER);
}

/** The most bytes that wait in the system for somebody who has a connection to the server. */
function queuedBytes(): number {
  const port = Number(new URL(server.url).port).toString(16).toUpperCase().padStart(4, '0');
  const queues = readFileSync('/proc/net/tcp', 'utf8').matchAll(new RegExp(`:${port} \\w+:\\w+ 01 (\\w+):`, 'g'));
  return Math.max(0, ...[...queues].map(([, queue = '']) => Number.parseInt(queue, 16)));
}

/** A viewer that reads nothing any more, when the system has taken all that it takes for it: the server has the rest. */
async function stickFast(): Promise<void> {
  stuck = new PreviewClient(url);
  const witness = new Spectator(url);
  await stuck.until(() => stuck.frames.length > 0);
  // An acked stream would stop at two frames: this one goes on until the socket is full.
  stuck.socket.pause();
  stuckAtMs = performance.now();
  await page.evaluate('isNoisy = true');
  for (let before = -1; before !== queuedBytes() || before === 0;) {
    before = queuedBytes();
    const {size} = witness.arrivals;
    await witness.client.until(() => witness.arrivals.size > size + 2);
  }
  await page.evaluate('isNoisy = false');
  witness.client.close();
}

test('two hundred viewers of one session each get its frames; one that reads nothing takes from none of them', async () => {
  test.setTimeout(180_000);
  await paint();
  const spectators = Array.from({length: VIEWERS}, () => new Spectator(url));
  await watch(spectators);
  const without = await watch(spectators);
  for (const {client} of spectators) client.send({type: 'pause'});
  await stickFast();
  for (const {client} of spectators) client.send({type: 'resume'});
  await watch(spectators);
  // Less than a frame interval: that is what a viewer that held the others up would cost them each time.
  const isUndisturbed = ({medianAgeMs, lateAgeMs}: Watched) => (
    medianAgeMs < without.medianAgeMs * 1.5 + 1000 / FPS / 2 && lateAgeMs < without.lateAgeMs * 1.5 + 1000 / FPS
  );
  let beside = await watch(spectators);
  // What else the machine does meanwhile is over once; the viewer stays as it is.
  if (!isUndisturbed(beside)) beside = await watch(spectators);
  expect(isUndisturbed(beside), JSON.stringify({without, beside})).toBe(true);
  // Each sees what the one who sees most sees, near enough: a picture is left out only for a newer one.
  expect(without.worstShare).toBeGreaterThan(0.6);
  expect(beside.worstShare).toBeGreaterThan(without.worstShare * 0.8);
  expect(Math.max(without.framesPerSecond, beside.framesPerSecond)).toBeLessThan(FPS * 1.1);
  expect(Number((await server.call('GET', '/healthz')).body['viewers'])).toBeGreaterThanOrEqual(VIEWERS);
  for (const {client} of spectators) client.close();
});

test('ten sessions at once, each with its own picture', async () => {
  test.setTimeout(180_000);
  const others = await Promise.all(Array.from({length: 9}, () => server.create()));
  expect((await server.call('POST', '/v1/sessions', {body: {}})).status).toBe(429);
  const all = [session, ...others];
  await Promise.all(others.map(({id}) => server.untilStatus(id, 'ready')));
  const clients = await Promise.all(all.map(async ({id}) => new PreviewClient(id === session.id ? url : (await server.mint(id)).url)));
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
  const resting = new PreviewClient(url);
  await resting.until(() => resting.frames.length > 0);
  resting.send({type: 'pause'});
  // The one who reads nothing can't learn of its end either.
  await expect.poll(async () => Number((await server.call('GET', '/healthz')).body['viewers']) - (briefViewer.closed ? 0 : 1), {timeout: 90_000, intervals: [500]}).toBe(1);
  // It may have answered a ping up to five seconds before it stopped.
  expect(performance.now() - stuckAtMs).toBeGreaterThan(24_000);
  await resting.untilHeard();
  resting.close();
  stuck.close();
});

test('a minute later: a session of a minute has expired, to the second; a token is to be had again; half a request was not waited for', async () => {
  test.setTimeout(120_000);
  for (const answer of await Promise.all(halves)) expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*"invalid_request"/);
  if (!briefViewer.closed) await once(briefViewer.socket, 'close');
  expect(briefViewer.closed).toEqual({code: 4410, reason: 'session_ended'});
  const {body} = await server.call('GET', `/v1/sessions/${brief}`, {key: OTHER_KEY});
  expect(body).toMatchObject({status: 'closed', ended_reason: 'expired', cdp_url: null});
  const [createdAtMs = 0, expiresAtMs = 0, endedAtMs = 0] = ['created_at', 'expires_at', 'ended_at'].map((name) => Date.parse(String(body[name])));
  expect(expiresAtMs - createdAtMs).toBe(60_000);
  expect(endedAtMs - expiresAtMs).toBeGreaterThan(-10);
  expect(endedAtMs - expiresAtMs).toBeLessThan(1_000);
  expect(await server.call('POST', `/v1/sessions/${brief}/preview-token`, {key: OTHER_KEY})).toMatchObject({status: 409, body: {error: {code: 'session_not_open'}}});
  await expect.poll(() => Date.now(), {timeout: 60_000}).toBeGreaterThanOrEqual(mintAgainAtMs);
  expect((await server.call('POST', `/v1/sessions/${session.id}/preview-token`)).status).toBe(200);
});
