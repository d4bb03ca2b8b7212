import {type Browser, chromium, expect, type Page, test} from 'playwright/test';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

let server: ServerProcess;
let session: Session;
let automation: Browser;
let page: Page;
/** The address with a token for input, and with a watch-only one. */
let url: string;
let watchOnlyUrl: string;

test.beforeAll(async () => {
  server = await ServerProcess.start({CHASER_FPS: '20'});
  session = await server.session();
  automation = await chromium.connectOverCDP(session.cdpUrl);
  page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
  url = (await server.mint(session.id)).url;
  watchOnlyUrl = (await server.mint(session.id, {input: false})).url;
});

test.afterAll(async () => {
  await automation.close();
  await server.stop();
});

test.beforeEach(async () => {
  await page.goto(`data:text/html,${encodeURIComponent('<title>The page</title><textarea style="position: absolute; inset: 0; width: 100%; height: 100%; font-size: 40px"></textarea>')}`);
});

async function joined(address = url): Promise<PreviewClient> {
  const client = new PreviewClient(address);
  await client.until(() => client.frames.length > 0);
  return client;
}

let changes = 0;

/** Changes the picture. */
async function change(): Promise<void> {
  await page.evaluate((colour) => {
    document.body.querySelector('textarea')?.style.setProperty('background', colour);
  }, `hsl(${changes++ * 47 % 360} 70% 60%)`);
}

/** Changes the picture, and waits until a viewer that keeps up has seen each change. */
async function changeBefore(witness: PreviewClient, times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    const seen = witness.frames.length;
    await change();
    await witness.until(() => witness.frames.length > seen);
  }
}

test('a player is told where it is before anything else, and has the picture at once', async () => {
  const before = Date.now();
  const client = await joined();
  expect(client.order[0]).toBe('hello');
  const [hello] = client.of('hello');
  expect(hello).toMatchObject({protocol: 1, session: session.id, input_enabled: true, fps: 20, touch: false, viewport: {width: 1280, height: 720}});
  expect(Date.parse(hello?.expires_at ?? '')).toBeGreaterThan(before);
  expect(Math.abs(Date.parse(hello?.server_time ?? '') - Date.now())).toBeLessThan(60_000);
  await client.until(() => client.of('page').some(({url}) => url.startsWith('data:text/html')));
  // A new viewer gets the picture of a page at rest.
  const late = await joined();
  expect(late.frames[0]?.jpeg.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect([...client.problems, ...late.problems]).toEqual([]);
  const watching = await joined(watchOnlyUrl);
  expect(watching.of('hello')[0]?.input_enabled).toBe(false);
  for (const each of [client, late, watching]) each.close();
});

test('frames are not a queue: a player that is behind gets the newest, and only when it is done with all but one', async () => {
  const witness = (await joined()).ackAll();
  const slow = await joined();
  slow.send({type: 'ack', frames: slow.frames.length});
  await slow.untilHeard();
  const seen = slow.frames.length;
  await changeBefore(witness, 6);
  // The second frame is held back while the link still seems to carry the first.
  await slow.until(() => slow.frames.length === seen + 2);
  await changeBefore(witness, 2);
  await slow.untilHeard();
  // Two frames are on their way, however often the picture has changed, and however fast the network is.
  expect(slow.frames.length - seen).toBe(2);
  // An ack of old frames changes nothing, and an ack of frames that were not sent is refused.
  slow.send({type: 'ack', frames: seen});
  await slow.untilHeard();
  expect(slow.frames.length - seen).toBe(2);
  slow.send({type: 'ack', frames: seen + 1});
  await slow.until(() => slow.frames.length === seen + 3);
  expect(slow.frames.at(-1)?.jpeg.equals(witness.frames.at(-1)?.jpeg ?? Buffer.alloc(0))).toBe(true);
  // No other frame waits.
  slow.send({type: 'ack', frames: 1_000});
  await slow.untilHeard();
  expect(slow.of('error').map(({code}) => code)).toEqual(['bad_message']);
  slow.send({type: 'ack', frames: seen + 3});
  await slow.untilHeard();
  expect(slow.frames.length).toBe(seen + 3);
  await changeBefore(witness, 5);
  await slow.until(() => slow.frames.length === seen + 5);
  await changeBefore(witness, 2);
  await slow.untilHeard();
  expect(slow.frames.length).toBe(seen + 5);
  witness.close();
  slow.close();
});

test('a player that never acks gets every picture that its socket takes', async () => {
  const witness = (await joined()).ackAll();
  const silent = await joined();
  const seen = silent.frames.length;
  for (let count = 1; count <= 6; count++) {
    await changeBefore(witness, 1);
    await silent.until(() => silent.frames.length >= seen + count);
  }
  witness.close();
  silent.close();
});

test('a paused player gets no frame, and on resuming the newest at once', async () => {
  const witness = (await joined()).ackAll();
  const client = (await joined()).ackAll();
  client.send({type: 'pause'});
  await client.untilHeard();
  const seen = client.frames.length;
  await changeBefore(witness, 4);
  await client.untilHeard();
  expect(client.frames.length).toBe(seen);
  client.send({type: 'resume'});
  await client.until(() => client.frames.length > seen);
  expect(client.frames.at(-1)?.jpeg.equals(witness.frames.at(-1)?.jpeg ?? Buffer.alloc(0))).toBe(true);
  // Also if it is the only viewer, so that the session takes no pictures meanwhile.
  witness.close();
  client.send({type: 'pause'});
  await client.untilHeard();
  await change();
  const before = client.frames.length;
  client.send({type: 'resume'});
  await client.until(() => client.frames.length > before);
  client.close();
});

test('the rate is at most fps, the first change after a rest goes out at once, and the last one before a rest arrives', async () => {
  const client = (await joined()).ackAll();
  const first = client.frames.length;
  // The page changes as fast as it can until the player has received a number of pictures. Then it rests at another colour.
  const startMs = performance.now();
  await page.evaluate(() => {
    const {style} = document.querySelector('textarea') ?? document.body;
    let count = 0;
    const state = {rests: false};
    Object.assign(window, {rest: () => { state.rests = true; }});
    requestAnimationFrame(function paint() {
      style.background = state.rests ? 'rgb(1, 2, 3)' : `hsl(${count++ * 7} 80% 50%)`;
      if (!state.rests) requestAnimationFrame(paint);
    });
  });
  await client.until(() => client.frames.length >= first + 25);
  await page.evaluate('rest()');
  const shot = await server.call('POST', `/v1/sessions/${session.id}/screenshot`);
  await client.until(() => client.frames.at(-1)?.jpeg.equals(shot.bytes));
  const frames = client.frames.slice(first);
  // Two more than there are whole intervals: the first one and the last one. A slow machine has fewer.
  expect(frames.length).toBeLessThanOrEqual(((frames.at(-1)?.atMs ?? 0) - startMs) / 50 * 1.1 + 2);
  client.close();
});

test('what a player does reaches the session; a token to watch with does nothing, and is told so once', async () => {
  const watching = await joined(watchOnlyUrl);
  watching.send({type: 'mouse', event: 'down', x: 200, y: 200, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
  watching.send({type: 'text', text: 'not this'});
  watching.send({type: 'copy'});
  watching.send({type: 'dialog', id: '1', accept: true});
  await watching.untilHeard();
  expect(watching.of('error').map(({code}) => code)).toEqual(['input_disabled']);
  const client = await joined();
  client.send({type: 'mouse', event: 'down', x: 200, y: 200, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
  client.send({type: 'mouse', event: 'up', x: 200, y: 200, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
  client.send({type: 'text', text: 'but this'});
  await expect(page.locator('textarea')).toHaveValue('but this');
  expect(client.of('error')).toEqual([]);
  watching.close();
  client.close();
});

test('malformed messages are refused, unknown ones are ignored, and the stream continues', async () => {
  const client = await joined();
  const bad = [
    'no json', '[]', '"text"', 'null', '{}', '{"type": 1}', '{"type": "ping"}', '{"type": "mouse", "event": "fly"}', '{"type": "ack", "frames": -1}',
    '{"type":"key","event":"down"}', `{"type":"touch","event":"start","modifiers":0,"points":[${'{},'.repeat(20)}{}]}`, '['.repeat(50_000),
  ];
  for (const text of bad) client.socket.send(text);
  for (const text of ['{"type": "hologram", "z": 1}', '{"type": "release", "more": true}', '{"type":"toString"}', '{"type":"__proto__"}']) client.socket.send(text);
  await client.untilHeard();
  expect(client.of('error').map(({code}) => code)).toEqual(bad.map(() => 'bad_message'));
  // The error describes the problem, and does not quote the message.
  expect(client.of('error')[0]?.message).toMatch(/JSON/);
  // A message of exactly the limit is accepted, in bytes of UTF-8.
  const ofLength = (bytes: number) => `{"type": "ping", "t": 0.5, "more": "${'é'.repeat(30_000)}"}`.padEnd(bytes - 30_000);
  expect(Buffer.byteLength(ofLength(64 * 1024))).toBe(64 * 1024);
  client.socket.send(ofLength(64 * 1024));
  await client.until(() => client.of('pong').some(({t}) => t === 0.5));
  client.socket.send(ofLength(64 * 1024 + 1));
  client.socket.send(JSON.stringify({type: 'text', text: 'é'.repeat(32 * 1024)}));
  await client.untilHeard();
  expect(client.of('error').slice(bad.length).map(({code}) => code)).toEqual(['too_large', 'too_large']);
  expect(await page.locator('textarea').inputValue()).toBe('');
  const seen = client.frames.length;
  await change();
  await client.until(() => client.frames.length > seen);
  client.close();
});

test('unannounced binary messages are ignored, too large ones are refused, and input continues', async () => {
  const client = await joined();
  for (const size of [0, 2, 1024 * 1024]) client.socket.send(Buffer.alloc(size, 0xff));
  await client.untilHeard();
  expect(client.of('error')).toEqual([]);
  client.socket.send(Buffer.alloc(1024 * 1024 + 1));
  await client.until(() => client.of('error').some(({code}) => code === 'too_large'));
  client.send({type: 'mouse', event: 'down', x: 200, y: 200, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
  client.send({type: 'mouse', event: 'up', x: 200, y: 200, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
  client.send({type: 'text', text: 'still here'});
  await expect.poll(() => page.inputValue('textarea')).toBe('still here');
  expect(client.closed).toBeUndefined();
  client.close();
});

test('a paste is announced and its bytes follow, in pieces of any size; what is refused is refused once and its bytes are ignored', async () => {
  const client = await joined();
  expect(client.of('hello')[0]?.features).toContain('paste');
  const value = () => page.inputValue('textarea');
  await page.focus('textarea');
  const [text, html] = [Buffer.from('Grüße 世界'), Buffer.from('<b>Grüße</b> 世界')];
  const paste = (...pieces: readonly Buffer[]) => {
    client.send({type: 'paste', items: [{type: 'text/plain', size: text.length}, {type: 'text/html', size: html.length}]});
    for (const piece of pieces) client.socket.send(piece);
  };
  paste(text, html);
  await expect.poll(value).toBe('Grüße 世界');
  await page.fill('textarea', '');
  const all = Buffer.concat([text, html]);
  paste(...Array.from({length: 7}, (_, index) => all.subarray(index * 7, index * 7 + 7)), Buffer.from('owed to nothing'));
  await expect.poll(value).toBe('Grüße 世界');
  await page.fill('textarea', '');
  // The next announcement forfeits this one.
  paste(text.subarray(0, 5));
  paste(text, html);
  await expect.poll(value).toBe('Grüße 世界');
  expect(client.of('error')).toEqual([]);
  client.send({type: 'paste', items: [{type: 'text/plain', size: 8 * 1024 * 1024}, {type: 'text/html', size: 1}]});
  for (let count = 0; count < 8; count++) client.socket.send(Buffer.alloc(1024 * 1024, 'x'));
  client.send({type: 'text', text: '!'});
  await expect.poll(value).toBe('Grüße 世界!');
  // A paste is also too large if one of its items is.
  client.send({type: 'paste', items: [{type: 'text/plain', size: 8 * 1024 * 1024 + 1}]});
  await client.untilHeard();
  expect(client.of('error').map(({code}) => code)).toEqual(['too_large', 'too_large']);
  const watching = await joined(watchOnlyUrl);
  watching.send({type: 'paste', items: [{type: 'text/plain', size: 2}]});
  watching.socket.send(Buffer.from('no'));
  watching.send({type: 'paste', items: [{type: 'text/plain', size: 2}]});
  await watching.untilHeard();
  expect(watching.of('error').map(({code}) => code)).toEqual(['input_disabled']);
  for (const each of [client, watching]) each.close();
});

test('too many pastes at once are refused, and a player that leaves during a paste makes room', async () => {
  await page.focus('textarea');
  const clients = await Promise.all(Array.from({length: 6}, () => joined()));
  for (const client of clients) {
    client.send({type: 'paste', items: [{type: 'text/plain', size: 1}]});
    await client.untilHeard();
  }
  expect(clients.flatMap((client) => client.of('error').map(({code}) => code))).toEqual(['rate_limited', 'rate_limited']);
  const [first, , , , , last] = clients;
  first?.close();
  await expect.poll(async () => {
    last?.send({type: 'paste', items: [{type: 'text/plain', size: 1}]});
    last?.socket.send(Buffer.from('1'));
    return page.inputValue('textarea');
  }).toContain('1');
  for (const client of clients) client.close();
});

test('a player that floods gets rate_limited, its input is released, and others are not affected', async () => {
  const witness = (await joined()).ackAll();
  const flood = await joined();
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, {heard});
    for (const type of ['mousedown', 'mouseup']) addEventListener(type, () => heard.push(type), true);
  });
  const heard = () => page.evaluate('heard');
  flood.send({type: 'mouse', event: 'down', x: 200, y: 200, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
  const move = JSON.stringify({type: 'mouse', event: 'move', x: 5, y: 5, button: -1, buttons: 0, modifiers: 0});
  for (let count = 0; count < 20_000; count++) flood.socket.send(move);
  await flood.until(() => flood.of('error').some(({code}) => code === 'rate_limited'));
  // An `up` may have been dropped, so everything that is held was released.
  await expect.poll(heard).toEqual(['mousedown', 'mouseup']);
  await changeBefore(witness, 3);
  expect(witness.of('error')).toEqual([]);
  // The stream of this player continues as well.
  const seen = flood.frames.length;
  await changeBefore(witness, 1);
  await flood.until(() => flood.frames.length > seen);
  // A viewer who has left does not affect others, either.
  const other = await joined();
  other.send({type: 'mouse', event: 'down', x: 200, y: 200, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
  await expect.poll(heard).toEqual(['mousedown', 'mouseup', 'mousedown']);
  other.close();
  await expect.poll(heard).toEqual(['mousedown', 'mouseup', 'mousedown', 'mouseup']);
  flood.close();
  witness.close();
});

test('a ping may have any number, and pong returns it unchanged', async () => {
  const client = await joined();
  for (const t of [0, -1.5, 1e300, 12345.678]) client.send({type: 'ping', t});
  await client.until(() => client.of('pong').length === 4);
  expect(client.of('pong').map(({t}) => t)).toEqual([0, -1.5, 1e300, 12345.678]);
  client.close();
});
