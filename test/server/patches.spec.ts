import {expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {Pictures} from '../support/pictures.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';
import {startSite, type TestSite} from '../support/test-site.js';

/** Much that stays, and what changes it: a letter, a colour, a block that moves, many small ones, all of it. */
const PAGE = `<!doctype html><title>Changes</title><style>body { font: 15px sans-serif } b { position: absolute; width: 30px; height: 30px; background: #06c }
  i { position: fixed; width: 3px; height: 3px; background: #f00 }</style>
  <input id=field><b id=block></b><i style="right: 0; bottom: 0" id=dot></i><p>${'Much that stays where it is, and is told only once. '.repeat(120)}</p>
  <div style="height: 300px; background: linear-gradient(70deg, #f80, #08f, #8f0)"></div>
  <script>
    let n = 0;
    function change() {
      n++;
      field.value += String.fromCharCode(97 + n % 26);
      block.style.transform = 'translate(' + n * 37 % 900 + 'px, ' + n * 23 % 500 + 'px)';
      if (n % 5 === 0) dot.style.background = 'hsl(' + n * 40 + ' 90% 50%)';
      if (n % 17 === 0) document.body.style.background = 'hsl(' + n + ' 60% 90%)';
    }
  </script>`;
const CHANGES = 37;

let server: ServerProcess;
let site: TestSite;
let driver: Driver;
let pictures: Pictures;
let mint: () => Promise<string>;
let screenshot: () => Promise<Buffer>;

test.beforeAll(async () => {
  [server, site, pictures] = await Promise.all([ServerProcess.start({CHASER_FPS: '30'}), startSite({'/': PAGE}), Pictures.start()]);
  const session = await server.session();
  mint = async () => (await server.mint(session.id)).url;
  screenshot = async () => (await server.call('POST', `/v1/sessions/${session.id}/screenshot`)).bytes;
  driver = await Driver.open(session.cdpUrl);
  await driver.goto(`${site.origin}/`);
});

test.afterAll(async () => {
  driver.close();
  await Promise.all([site.close(), pictures.close()]);
  await server.stop();
});

const change = () => driver.evaluate('change()');
const changeAndSee = async (client: PreviewClient) => {
  const {length} = client.frames;
  await change();
  await client.until(() => client.frames.length > length);
};
const accept = async (client: PreviewClient) => {
  await client.until(() => client.of('hello')[0]?.features?.includes('patches'));
  client.send({type: 'accept', patches: true});
};
/** Waits until two clients have the same picture. A late frame may still be on its way to one of them. */
const untilSame = async (client: PreviewClient, other: PreviewClient) => {
  for (;;) {
    const lengths = [client.frames.length, other.frames.length];
    const [seen, wanted] = [await pictures.seenBy(client), await pictures.seenBy(other)];
    if (seen.at(-1) === wanted.at(-1)) return;
    const isNews = () => client.frames.length !== lengths[0] || other.frames.length !== lengths[1];
    await Promise.race([client.until(isNews), other.until(isNews)]);
  }
};

test('viewers at different paces, who pause, return and renew, see exactly the pictures of whole frames', async () => {
  const url = await mint();
  // A player that never acks is limited only by its socket, and gets every frame.
  const whole = new PreviewClient(url);
  const others = {quick: new PreviewClient(url).ackAll(), slow: new PreviewClient(url), restless: new PreviewClient(url).ackAll()};
  for (const client of Object.values(others)) await accept(client);
  const restless = [others.restless];
  for (let n = 1; n <= CHANGES; n++) {
    await change();
    const {slow} = others;
    if (n % 7 === 0) slow.send({type: 'ack', frames: slow.frames.length});
    const newest = restless.at(-1) ?? others.restless;
    if (n % 10 === 3) newest.send({type: 'pause'});
    if (n % 10 === 6) newest.send({type: 'resume'});
    if (n % 16 === 0) {
      const next = new PreviewClient(n === 32 ? await mint() : url).ackAll();
      await next.until(() => next.frames.length > 0);
      newest.close();
      await accept(next);
      restless.push(next);
    }
    await whole.until(() => whole.frames.length >= n);
  }
  expect(whole.of('patch')).toEqual([]);
  for (const client of [others.quick, others.slow, ...restless]) {
    if (!client.closed) {
      client.ackAll().send({type: 'ack', frames: client.frames.length});
      await untilSame(client, whole);
    }
    const [seen, wanted] = [await pictures.seenBy(client), await pictures.seenBy(whole)];
    const places = seen.map((picture) => wanted.lastIndexOf(picture));
    expect(places).not.toContain(-1);
    client.close();
  }
  const bytes = (client: PreviewClient) => client.frames.slice(1).reduce((sum, {jpeg}) => sum + jpeg.length, 0);
  expect(others.quick.of('patch').length).toBeGreaterThan(others.quick.frames.length / 2);
  expect(bytes(others.quick)).toBeLessThan(bytes(whole) / 3);
  expect(others.slow.frames.length).toBeLessThan(whole.frames.length);
  whole.close();
});

test('the first picture of a socket, the first after a pause, and the one that is asked for are whole; that one at no more than the rate', async () => {
  const client = new PreviewClient(await mint()).ackAll();
  await accept(client);
  await client.until(() => client.frames.length === 1);
  const isPatch = () => client.order.at(client.order.lastIndexOf('frame') - 1) === 'patch';
  expect(isPatch()).toBe(false);
  // The worker thread may still be starting.
  while (!isPatch()) await changeAndSee(client);
  const {length} = client.frames;
  client.send({type: 'pause'});
  client.send({type: 'resume'});
  await client.until(() => client.frames.length === length + 1);
  expect(isPatch()).toBe(false);
  for (let n = 2; n <= 4; n++) {
    client.send({type: 'refresh'});
    client.send({type: 'refresh'});
    await client.until(() => client.frames.length === length + n);
    expect(isPatch()).toBe(false);
  }
  await client.untilHeard();
  const times = client.frames.slice(-3).map(({atMs}) => atMs);
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2 * 1000 / 30 - 5);
  const patches = client.of('patch').length;
  while (client.of('patch').length === patches) await changeAndSee(client);
  client.close();
});

test('the same patch is sent to all who have the same picture; who accepts none gets whole frames as before', async () => {
  const url = await mint();
  const clients = Array.from({length: 4}, () => new PreviewClient(url).ackAll());
  const plain = [new PreviewClient(url).ackAll(), new PreviewClient(url).ackAll()];
  for (const client of clients) await accept(client);
  for (const client of [...clients, ...plain]) await client.until(() => client.frames.length === 1);
  const [first = new PreviewClient(url)] = clients;
  // The worker thread may still be starting.
  for (let frames = 2; first.of('patch').length === 0; frames++) {
    await change();
    for (const client of [...clients, ...plain]) await client.until(() => client.frames.length === frames);
  }
  for (const client of clients) {
    expect(client.of('patch')).toEqual(first.of('patch'));
    expect(client.frames.at(-1)?.jpeg.equals(first.frames.at(-1)?.jpeg ?? Buffer.of())).toBe(true);
  }
  // The browser's own JPEG, byte for byte, like the screenshot.
  const jpeg = await screenshot();
  for (const {order, frames} of plain) {
    expect(order).not.toContain('patch');
    expect(frames.at(-1)?.jpeg.equals(jpeg)).toBe(true);
    expect(frames.at(-1)?.jpeg.length).toBeGreaterThan(10 * (first.frames.at(-1)?.jpeg.length ?? Infinity));
  }
  for (const client of [...clients, ...plain]) client.close();
});
