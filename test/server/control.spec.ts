import * as fc from 'fast-check';
import {type Browser, chromium, expect, type Page, test} from 'playwright/test';
import {ExclusivePerson, type Marks} from '../support/exclusive-person.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

const MARKS: readonly Marks[] = [{name: 'A', x: 100, key: 'F2'}, {name: 'B', x: 300, key: 'F4'}, {name: 'C', x: 500, key: 'F8'}];
const STEPS = 1_000;
const FINGER_STEPS = 300;

/** What the page notes, each under the mark of whom it came from: `A+mouse`, `A-key`; and a text's own words. */
const PAGE = `<!doctype html><textarea autofocus style="position:fixed;left:0;top:0;width:100%;height:200px"></textarea><script>
  window.log = [];
  const byX = (x) => ({100: 'A', 300: 'B', 500: 'C', 200: 'C'})[x] ?? '?' + x;
  const byKey = (key) => ({F2: 'A', F4: 'B', F8: 'C'})[key] ?? '?' + key;
  const note = (words) => window.log.push(words);
  let holder = '';
  addEventListener('mousedown', (event) => { event.preventDefault(); holder = byX(event.clientX); note(holder + '+mouse'); }, true);
  // It is let go of where the mouse is.
  addEventListener('mouseup', () => note(holder + '-mouse'), true);
  addEventListener('keydown', (event) => { event.preventDefault(); note(byKey(event.key) + '+key'); }, true);
  addEventListener('keyup', (event) => note(byKey(event.key) + '-key'), true);
  const byFinger = ({changedTouches}) => byX(changedTouches[0].clientX);
  addEventListener('touchstart', (event) => { event.preventDefault(); note(byFinger(event) + '+touch'); }, {capture: true, passive: false});
  for (const type of ['touchend', 'touchcancel']) addEventListener(type, (event) => note(byFinger(event) + '-touch'), true);
  const area = document.querySelector('textarea');
  area.addEventListener('input', (event) => note(event.data));
  area.focus();
  /** Resolves when so much is noted, or nothing of it has come for long. */
  window.noted = async (count) => {
    const endMs = performance.now() + 5000;
    while (window.log.length < count && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 1));
  };
</script>`;

let server: ServerProcess;
let session: Session;
let automation: Browser;
let page: Page;

test.beforeAll(async () => {
  server = await ServerProcess.start();
  session = await server.session({control: 'exclusive'});
  automation = await chromium.connectOverCDP(session.cdpUrl);
  page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
});

test.beforeEach(async () => {
  await page.goto(`data:text/html,${encodeURIComponent(PAGE)}`);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
});

test.afterAll(async () => {
  await automation.close();
  await server.stop();
});

async function meet(id = session.id): Promise<[ExclusivePerson, ExclusivePerson, ExclusivePerson]> {
  const token = await server.mint(id);
  const [a, b, c] = await Promise.all(MARKS.map((marks) => ExclusivePerson.meet(token, marks)));
  if (!a || !b || !c) throw new Error('There are three.');
  return [a, b, c];
}

/** What the page has noted, once it has noted this last. */
async function logUntil(last: string): Promise<string[]> {
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'log') as string[]), {timeout: 20_000}).toContain(last);
  return page.evaluate(() => Reflect.get(window, 'log') as string[]);
}

async function leave(...people: readonly ExclusivePerson[]): Promise<void> {
  for (const person of people) person.drop();
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${session.id}`)).body['viewers']).toBe(0);
  // Nobody waits for a driver who was waited for.
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${session.id}`)).body['driver'], {timeout: 15_000}).toBe(null);
}

test('who does something first drives; another is refused, and told so once, until they take it', async () => {
  const [a, b, c] = await meet();
  expect(a.client.of('hello')[0]?.features).toContain('control');
  await a.client.until(() => a.client.of('control').at(-1)?.viewers === 3);
  expect([a.driver, b.driver, c.driver]).toEqual(['none', 'none', 'none']);
  a.type('first');
  await a.untilTold('you');
  await b.untilTold('other');
  await c.untilTold('other');
  expect((await server.call('GET', `/v1/sessions/${session.id}`)).body).toMatchObject({driver: 'viewer', viewers: 3});
  for (let count = 0; count < 5; count++) b.type('refused');
  await b.client.untilHeard();
  expect(b.client.of('error').map(({code}) => code)).toEqual(['not_driving']);
  // Held by the one before: let go of as another takes over.
  a.press();
  a.keyDown();
  await logUntil('A+key');
  b.client.send({type: 'control', action: 'take'});
  b.type('second');
  expect(await logUntil('second')).toEqual(['first', 'A+mouse', 'A+key', 'A-mouse', 'A-key', 'second']);
  await a.untilTold('other');
  a.lift();
  a.keyUp();
  a.type('too late');
  await a.client.untilHeard();
  expect(a.client.of('error').map(({code}) => code)).toEqual(['not_driving']);
  b.client.send({type: 'control', action: 'release'});
  await c.untilTold('none');
  c.type('third');
  expect((await logUntil('third')).slice(6)).toEqual(['third']);
  await c.untilTold('you');
  // Whoever does not drive gives nothing back.
  a.client.send({type: 'control', action: 'release'});
  await a.client.untilHeard();
  expect(c.driver).toBe('you');
  await leave(a, b, c);
});

test('a page\'s questions are for the driver too', async () => {
  const [a, b, c] = await meet();
  a.type('mine');
  await b.untilTold('other');
  const dialog = page.waitForEvent('dialog');
  const asked = page.evaluate(() => confirm('Sure?'));
  await dialog;
  const {id} = await b.client.until(() => b.client.of('dialog')[0]);
  b.client.send({type: 'dialog', id, accept: false});
  await b.client.untilHeard();
  expect(b.client.of('error').map(({code}) => code)).toEqual(['not_driving']);
  a.client.send({type: 'dialog', id, accept: true});
  expect(await asked).toBe(true);
  await leave(a, b, c);
});

test('what the one before has sent and the session has not done yet is not done', async () => {
  const [a, b, c] = await meet();
  await a.client.untilHeard();
  await page.evaluate(() => addEventListener('mousedown', () => {
    // So that what is typed next waits for the press.
    const endMs = performance.now() + 700;
    while (performance.now() < endMs);
  }));
  a.press();
  for (const text of ['one', 'two', 'three']) a.type(text);
  a.keyDown();
  await a.client.untilHeard();
  b.client.send({type: 'control', action: 'take'});
  b.type('taken');
  expect(await logUntil('taken')).toEqual(['A+mouse', 'A-mouse', 'taken']);
  await leave(a, b, c);
});

test('a token to watch with neither takes nor drives', async () => {
  const [a, b, c] = await meet();
  const watcher = new PreviewClient((await server.mint(session.id, {input: false})).url);
  await watcher.until(() => watcher.of('control').at(-1)?.driver === 'none');
  watcher.send({type: 'control', action: 'take'});
  watcher.send({type: 'text', text: 'refused'});
  await watcher.untilHeard();
  expect(watcher.of('error').map(({code}) => code)).toEqual(['input_disabled']);
  expect(watcher.of('control').at(-1)).toEqual({type: 'control', driver: 'none', viewers: 4});
  a.type('driver');
  await watcher.until(() => watcher.of('control').at(-1)?.driver === 'other');
  watcher.close();
  expect(await logUntil('driver')).toEqual(['driver']);
  await leave(a, b, c);
});

test('what a token does not allow takes no control, and is refused as that, whoever drives', async () => {
  const [a, b, c] = await meet();
  // A token for history alone.
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
  await leave(a, b, c);
});

test('a driver who has lost the socket keeps control for 5 s, and over a renewal; one who stays away does not', async () => {
  const [a, b, c] = await meet();
  a.keyDown();
  await b.untilTold('other');
  // A renewal: two sockets for a while.
  const first = a.client;
  await a.comeBack();
  expect(a.driver).toBe('you');
  first.close();
  await logUntil('A-key');
  await a.client.untilHeard();
  expect([a.driver, b.driver]).toEqual(['you', 'other']);
  // The two sockets were one viewer's: `people.spec.ts` has who is counted meanwhile.
  await b.client.until(() => b.client.of('control').at(-1)?.viewers === 3);
  a.drop();
  await b.client.until(() => b.client.of('control').at(-1)?.viewers === 2);
  b.type('refused');
  await a.comeBack();
  expect(a.driver).toBe('you');
  a.type('mine');
  await logUntil('mine');
  a.drop();
  const sinceMs = performance.now();
  await b.untilTold('none');
  expect(performance.now() - sinceMs).toBeGreaterThan(4_500);
  await a.comeBack();
  expect(a.driver).toBe('none');
  expect(await logUntil('mine')).toEqual(['A+key', 'A-key', 'mine']);
  await leave(a, b, c);
});

test('another is told so who comes back under another name, and the idle give control back', async () => {
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
  // Input keeps it, whatever another tries.
  const typing = setInterval(() => {
    a.type('x');
    b.type('y');
  }, 200);
  await a.untilTold('you');
  // Twice as long as somebody may do nothing.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  clearInterval(typing);
  expect(a.driver).toBe('you');
  a.drop();
  await a.comeBack(false);
  expect(a.driver).toBe('other');
  await idle.stop();
});

test('in a shared session there is nothing to take', async () => {
  const {id} = await server.session();
  const [a, b, c] = await meet(id);
  a.client.send({type: 'control', action: 'take'});
  a.type('a');
  b.type('b');
  await Promise.all([a, b, c].map(({client}) => client.untilHeard()));
  expect([a, b, c].map(({client}) => client.of('control').length + client.of('error').length)).toEqual([0, 0, 0]);
  expect(a.client.of('hello')[0]?.features).not.toContain('control');
  expect((await server.call('GET', `/v1/sessions/${id}`)).body).toMatchObject({driver: null, viewers: 3});
  await server.delete(id);
});

type Step = {readonly who: 0 | 1 | 2; readonly what: 'take' | 'release' | 'press' | 'lift' | 'keyDown' | 'keyUp' | 'type' | 'drop'; readonly isHeard: boolean};

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom(0, 1, 2),
  what: fc.constantFrom('take', 'take', 'release', 'press', 'lift', 'keyDown', 'keyUp', 'type', 'type', 'drop'),
  isHeard: fc.boolean(),
});

/** The page's notes told as who holds what: throws where two hands are at it, or something comes up that is not down. */
function check(log: readonly string[]): void {
  const held = new Map<string, string>();
  for (const [index, note] of log.entries()) {
    const [, who = '', sign = '', what = ''] = /^([ABC])([+-])(mouse|key|touch)$/.exec(note) ?? [undefined, note[0], '', ''];
    const around = `note ${index} of ${log.slice(Math.max(0, index - 10), index + 3).join(' ')}`;
    expect(['A', 'B', 'C'], around).toContain(who);
    if (sign === '-') {
      expect(held.get(what), around).toBe(who);
      held.delete(what);
    } else {
      expect([...held.values()].filter((other) => other !== who), around).toEqual([]);
      if (sign === '+') held.set(what, who);
    }
  }
  expect([...held]).toEqual([]);
}

for (const isSerial of [true, false]) {
  test(`${STEPS} random steps of three people, ${isSerial ? 'one after the other: what is done is what the driver did' : 'as they come: never two hands, nothing left down'}`, async () => {
    test.setTimeout(180_000);
    const seed = Math.floor(Math.random() * 1e9);
    const steps = fc.sample(fc.array(step, {minLength: STEPS, maxLength: STEPS}), {seed, numRuns: 1})[0] ?? [];
    const people = await meet();
    const viewers = async () => (await server.call('GET', `/v1/sessions/${session.id}`)).body['viewers'];
    let driver: number | undefined;
    let down = new Set<string>();
    const expected: string[] = [];
    const letGo = () => {
      // As the session does: the mouse, then the keys.
      for (const what of ['mouse', 'key']) if (down.has(what)) expected.push(`${MARKS[driver ?? 0]?.name}-${what}`);
      down = new Set();
    };
    const hand = (who: number | undefined) => {
      if (who !== driver) letGo();
      driver = who;
    };
    /** What a message of theirs does where it counts. */
    const play = (who: number, words: string) => {
      if (driver === undefined) driver = who;
      if (driver !== who) return;
      const [, name, sign, what = ''] = /^(.)([+-])(.+)$/.exec(words) ?? [];
      if (sign === '+' && (what === 'key' || !down.has(what))) {
        if (down.has(what)) expected.push(`${name}-${what}`);
        down.add(what);
        expected.push(words);
      } else if (sign === '-' && down.delete(what)) expected.push(words);
      else if (!sign) expected.push(words);
    };
    for (const [index, {who, what, isHeard}] of steps.entries()) {
      const person = people[who];
      const {name} = person.marks;
      const word = `${name}${index}`;
      if (what === 'take' || what === 'release') {
        person.client.send({type: 'control', action: what});
        if (what === 'take') hand(who);
        else if (driver === who) hand(undefined);
      } else if (what === 'drop') {
        person.drop();
        if (driver === who) letGo();
        // Another socket of theirs may only press what the one before has let go of.
        if (isSerial) await expect.poll(viewers, {intervals: [2]}).toBe(2);
        await person.comeBack();
      } else if (what === 'type') {
        person.type(word);
        play(who, word);
      } else {
        person[what]();
        play(who, `${name}${what === 'press' || what === 'keyDown' ? '+' : '-'}${what === 'press' || what === 'lift' ? 'mouse' : 'key'}`);
      }
      if (isSerial || isHeard) await person.client.untilHeard();
      // What is heard may still wait for its turn, and would not be done any more should another take control.
      if (isSerial) await page.evaluate(`noted(${expected.length})`);
    }
    hand(undefined);
    const refusals = people.flatMap(({client}) => client.of('error')).filter(({code}) => code !== 'not_driving');
    expect(refusals, `seed ${seed}`).toEqual([]);
    await leave(...people);
    const last = await ExclusivePerson.meet(await server.mint(session.id), {name: 'C', x: 500, key: 'F8'});
    last.type('C, the last');
    const log = await logUntil('C, the last');
    await leave(last);
    try {
      check(log);
      if (isSerial) expect(log.slice(0, -1)).toEqual(expected);
    } catch (error) {
      throw new Error(`With seed ${seed}: ${String(error)}`, {cause: error});
    }
  });
}

test('random steps of three people with fingers, on a phone: never two hands, nothing left down', async () => {
  const phone = await server.session({control: 'exclusive', profile: 'mobile'});
  const browser = await chromium.connectOverCDP(phone.cdpUrl);
  const glass = browser.contexts()[0]?.pages()[0] ?? await browser.newPage();
  await glass.goto(`data:text/html,${encodeURIComponent(`<meta name="viewport" content="width=device-width">${PAGE}`)}`);
  const token = await server.mint(phone.id);
  const people = await Promise.all(MARKS.map((marks) => ExclusivePerson.meet(token, {...marks, x: marks.x === 500 ? 200 : marks.x})));
  const seed = Math.floor(Math.random() * 1e9);
  const whats = ['take', 'release', 'touch', 'touch', 'untouch', 'type', 'drop'] as const;
  const fingerStep = fc.record({who: fc.constantFrom(0, 1, 2), what: fc.constantFrom(...whats), isHeard: fc.boolean()});
  const steps = fc.sample(fc.array(fingerStep, {minLength: FINGER_STEPS, maxLength: FINGER_STEPS}), {seed, numRuns: 1})[0] ?? [];
  const log = () => glass.evaluate(() => Reflect.get(window, 'log') as string[]);
  // Each has fingers.
  for (const person of people) {
    person.client.send({type: 'control', action: 'take'});
    person.touch();
    await expect.poll(log, {timeout: 20_000}).toContain(`${person.marks.name}+touch`);
    person.untouch();
  }
  for (const [index, {who, what, isHeard}] of steps.entries()) {
    const person = people[who];
    if (!person) throw new Error('There are three.');
    if (what === 'take' || what === 'release') person.client.send({type: 'control', action: what});
    else if (what === 'type') person.type(`${person.marks.name}${index}`);
    else person[what]();
    if (what === 'drop') await person.comeBack();
    if (isHeard) await person.client.untilHeard();
  }
  for (const person of people) person.drop();
  const last = await ExclusivePerson.meet(token, {name: 'C', x: 200, key: 'F8'});
  last.client.send({type: 'control', action: 'take'});
  last.type('C, the last');
  await expect.poll(log, {timeout: 20_000, message: `seed ${seed}`}).toContain('C, the last');
  try {
    check(await log());
  } catch (error) {
    throw new Error(`With seed ${seed}: ${String(error)}`, {cause: error});
  }
  last.drop();
  await browser.close();
  await server.delete(phone.id);
});
