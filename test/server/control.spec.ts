import {expect, test} from 'playwright/test';
import {ExclusivePerson} from '../support/exclusive-person.js';
import {ExclusiveRoom, MARKS} from '../support/exclusive-room.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

let room: ExclusiveRoom;

test.beforeAll(async () => {
  room = await ExclusiveRoom.open();
});

test.beforeEach(() => room.clear());

test.afterAll(() => room.close());

test('the first viewer with input drives, and others are refused, once, until they take control', async () => {
  const [a, b, c] = await room.meet();
  expect(a.client.of('hello')[0]?.features).toContain('control');
  await a.client.until(() => a.client.of('control').at(-1)?.viewers === 3);
  expect([a.driver, b.driver, c.driver]).toEqual(['none', 'none', 'none']);
  a.type('first');
  await a.untilTold('you');
  await b.untilTold('other');
  await c.untilTold('other');
  expect((await room.server.call('GET', `/v1/sessions/${room.session.id}`)).body).toMatchObject({driver: 'viewer', viewers: 3});
  for (let count = 0; count < 5; count++) b.type('refused');
  await b.client.untilHeard();
  expect(b.client.of('error').map(({code}) => code)).toEqual(['not_driving']);
  // What the previous driver holds is released when another viewer takes control.
  a.press();
  a.keyDown();
  await room.logUntil('A+key');
  b.client.send({type: 'control', action: 'take'});
  b.type('second');
  expect(await room.logUntil('second')).toEqual(['first', 'A+mouse', 'A+key', 'A-mouse', 'A-key', 'second']);
  await a.untilTold('other');
  a.lift();
  a.keyUp();
  a.type('too late');
  await a.client.untilHeard();
  expect(a.client.of('error').map(({code}) => code)).toEqual(['not_driving']);
  b.client.send({type: 'control', action: 'release'});
  await c.untilTold('none');
  c.type('third');
  expect((await room.logUntil('third')).slice(6)).toEqual(['third']);
  await c.untilTold('you');
  // A viewer who is not the driver cannot give control back.
  a.client.send({type: 'control', action: 'release'});
  await a.client.untilHeard();
  expect(c.driver).toBe('you');
  await room.leave(a, b, c);
});

test('only the driver can answer a page\'s dialogs', async () => {
  const [a, b, c] = await room.meet();
  a.type('mine');
  await b.untilTold('other');
  const dialog = room.page.waitForEvent('dialog');
  const asked = room.page.evaluate(() => confirm('Sure?'));
  await dialog;
  const {id} = await b.client.until(() => b.client.of('dialog')[0]);
  b.client.send({type: 'dialog', id, accept: false});
  await b.client.untilHeard();
  expect(b.client.of('error').map(({code}) => code)).toEqual(['not_driving']);
  a.client.send({type: 'dialog', id, accept: true});
  expect(await asked).toBe(true);
  await room.leave(a, b, c);
});

test('pending input of the previous driver is discarded', async () => {
  const [a, b, c] = await room.meet();
  await a.client.untilHeard();
  await room.page.evaluate(() => addEventListener('mousedown', () => {
    // Blocks the page, so that typing waits for the press.
    const endMs = performance.now() + 700;
    while (performance.now() < endMs);
  }));
  a.press();
  for (const text of ['one', 'two', 'three']) a.type(text);
  a.keyDown();
  await a.client.untilHeard();
  b.client.send({type: 'control', action: 'take'});
  b.type('taken');
  expect(await room.logUntil('taken')).toEqual(['A+mouse', 'A-mouse', 'taken']);
  await room.leave(a, b, c);
});

test('a watch-only viewer neither takes control nor drives', async () => {
  const [a, b, c] = await room.meet();
  const watcher = new PreviewClient((await room.server.mint(room.session.id, {input: false})).url);
  await watcher.until(() => watcher.of('control').at(-1)?.driver === 'none');
  watcher.send({type: 'control', action: 'take'});
  watcher.send({type: 'text', text: 'refused'});
  await watcher.untilHeard();
  expect(watcher.of('error').map(({code}) => code)).toEqual(['input_disabled']);
  expect(watcher.of('control').at(-1)).toEqual({type: 'control', driver: 'none', viewers: 4});
  a.type('driver');
  await watcher.until(() => watcher.of('control').at(-1)?.driver === 'other');
  watcher.close();
  expect(await room.logUntil('driver')).toEqual(['driver']);
  await room.leave(a, b, c);
});

test('navigation that the token does not allow is not_allowed, and takes no control', async () => {
  const [a, b, c] = await room.meet();
  // A token with `navigation: "history"`.
  for (const message of [{type: 'navigate', action: 'to', url: 'https://site.invalid/'}, {type: 'tab', action: 'new'}] as const) a.client.send(message);
  await a.client.untilHeard();
  expect(a.client.of('error').map(({code}) => code)).toEqual(['not_allowed', 'not_allowed']);
  expect(a.driver).toBe('none');
  b.type('driver');
  await a.untilTold('other');
  a.client.send({type: 'tab', action: 'new'});
  a.client.send({type: 'navigate', action: 'stop'});
  await a.client.untilHeard();
  expect(a.client.of('error').map(({code}) => code).slice(2)).toEqual(['not_allowed', 'not_driving']);
  b.client.send({type: 'control', action: 'release'});
  await a.untilTold('none');
  await room.leave(a, b, c);
});

test('a driver keeps control for 5 s without a socket and over a renewal, and then loses it', async () => {
  const [a, b, c] = await room.meet();
  a.keyDown();
  await b.untilTold('other');
  // As in a renewal, the viewer has two sockets for a while.
  const first = a.client;
  await a.comeBack();
  expect(a.driver).toBe('you');
  first.close();
  await room.logUntil('A-key');
  await a.client.untilHeard();
  expect([a.driver, b.driver]).toEqual(['you', 'other']);
  // The two sockets belong to one viewer. `people.spec.ts` tests the count meanwhile.
  await b.client.until(() => b.client.of('control').at(-1)?.viewers === 3);
  a.drop();
  await b.client.until(() => b.client.of('control').at(-1)?.viewers === 2);
  b.type('refused');
  await a.comeBack();
  expect(a.driver).toBe('you');
  a.type('mine');
  await room.logUntil('mine');
  a.drop();
  const sinceMs = performance.now();
  await b.untilTold('none');
  expect(performance.now() - sinceMs).toBeGreaterThan(4_500);
  await a.comeBack();
  expect(a.driver).toBe('none');
  expect(await room.logUntil('mine')).toEqual(['A+key', 'A-key', 'mine']);
  await room.leave(a, b, c);
});

test('control is reported to a driver who returns under another name, and an idle driver loses control', async () => {
  const idle = await ServerProcess.start({CHASER_DRIVER_IDLE: '1'});
  const {id} = await idle.session({control: 'exclusive'});
  const token = await idle.mint(id);
  const [a, b] = await Promise.all(MARKS.slice(0, 2).map((marks) => ExclusivePerson.meet(token, marks)));
  if (!a || !b) throw new Error('There are two.');
  a.press();
  await b.untilTold('other');
  const sinceMs = performance.now();
  await b.untilTold('none');
  expect(performance.now() - sinceMs).toBeGreaterThan(900);
  await a.untilTold('none');
  // Input keeps control, whatever another viewer tries.
  const typing = setInterval(() => {
    a.type('x');
    b.type('y');
  }, 200);
  await a.untilTold('you');
  // Twice the idle time.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  clearInterval(typing);
  expect(a.driver).toBe('you');
  a.drop();
  await a.comeBack(false);
  expect(a.driver).toBe('other');
  await idle.stop();
});

test('a shared session has no driver', async () => {
  const {id} = await room.server.session();
  const [a, b, c] = await room.meet(MARKS, id);
  a.client.send({type: 'control', action: 'take'});
  a.type('a');
  b.type('b');
  await Promise.all([a, b, c].map(({client}) => client.untilHeard()));
  expect([a, b, c].map(({client}) => client.of('control').length + client.of('error').length)).toEqual([0, 0, 0]);
  expect(a.client.of('hello')[0]?.features).not.toContain('control');
  expect((await room.server.call('GET', `/v1/sessions/${id}`)).body).toMatchObject({driver: null, viewers: 3});
  await room.server.delete(id);
});
