import * as fc from 'fast-check';
import {expect, test} from 'playwright/test';
import {ExclusivePerson} from './exclusive-person.js';
import {ExclusiveRoom, MARKS} from './exclusive-room.js';

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

/** Tests of so many steps at random, which the seed decides. For a file of its own. */
export function testRandomControl({steps, fingerSteps, seed}: {steps: number; fingerSteps: number; seed: number}): void {
  let room: ExclusiveRoom;

  test.beforeAll(async () => {
    room = await ExclusiveRoom.open();
  });

  test.beforeEach(() => room.clear());

  test.afterAll(() => room.close());

  for (const isSerial of [true, false]) {
    test(`${steps} random steps of three people, ${isSerial ? 'one after the other: what is done is what the driver did' : 'as they come: never two hands, nothing left down'}`, async () => {
      test.setTimeout(180_000);
      const all = fc.sample(fc.array(step, {minLength: steps, maxLength: steps}), {seed, numRuns: 1})[0] ?? [];
      const people = await room.meet();
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
      for (const [index, {who, what, isHeard}] of all.entries()) {
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
          if (isSerial) await expect.poll(() => room.viewers(), {intervals: [2]}).toBe(2);
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
        if (isSerial) await room.page.evaluate(`noted(${expected.length})`);
      }
      hand(undefined);
      const refusals = people.flatMap(({client}) => client.of('error')).filter(({code}) => code !== 'not_driving');
      expect(refusals, `seed ${seed}`).toEqual([]);
      await room.leave(...people);
      const last = await ExclusivePerson.meet(await room.server.mint(room.session.id), {name: 'C', x: 500, key: 'F8'});
      last.type('C, the last');
      const log = await room.logUntil('C, the last');
      await room.leave(last);
      try {
        check(log);
        if (isSerial) expect(log.slice(0, -1)).toEqual(expected);
      } catch (error) {
        throw new Error(`With seed ${seed}: ${String(error)}`, {cause: error});
      }
    });
  }

  test(`${fingerSteps} random steps of three people with fingers, on a phone: never two hands, nothing left down`, async () => {
    const phone = await ExclusiveRoom.open('mobile', room.server);
    await phone.clear();
    const people = await phone.meet(MARKS.map(({name, key, x}) => ({name, key, x: x === 500 ? 200 : x})));
    const whats = ['take', 'release', 'touch', 'touch', 'untouch', 'type', 'drop'] as const;
    const fingerStep = fc.record({who: fc.constantFrom(0, 1, 2), what: fc.constantFrom(...whats), isHeard: fc.boolean()});
    const all = fc.sample(fc.array(fingerStep, {minLength: fingerSteps, maxLength: fingerSteps}), {seed, numRuns: 1})[0] ?? [];
    // Each has fingers.
    for (const person of people) {
      person.client.send({type: 'control', action: 'take'});
      person.touch();
      await phone.logUntil(`${person.marks.name}+touch`);
      person.untouch();
    }
    for (const [index, {who, what, isHeard}] of all.entries()) {
      const person = people[who];
      if (!person) throw new Error('There are three.');
      if (what === 'take' || what === 'release') person.client.send({type: 'control', action: what});
      else if (what === 'type') person.type(`${person.marks.name}${index}`);
      else person[what]();
      if (what === 'drop') await person.comeBack();
      if (isHeard) await person.client.untilHeard();
    }
    for (const person of people) person.drop();
    const last = await ExclusivePerson.meet(await phone.server.mint(phone.session.id), {name: 'C', x: 200, key: 'F8'});
    last.client.send({type: 'control', action: 'take'});
    last.type('C, the last');
    const log = await phone.logUntil('C, the last', `seed ${seed}`);
    try {
      check(log);
    } catch (error) {
      throw new Error(`With seed ${seed}: ${String(error)}`, {cause: error});
    }
    last.drop();
    await phone.server.delete(phone.session.id);
  });
}
