import {mock} from 'node:test';
import {expect, test} from 'playwright/test';
import type {Person} from '../../demo/server/people/person.js';
import {Attendance} from '../../demo/server/people/attendance.js';
import {People} from '../../demo/server/people/people.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

test.describe('who is who', () => {
  const people = () => new People({onSocket: () => {}, onAbsent: () => {}, onMerge: () => {}});
  const enter = (at: People) => new Attendance(at, {tell: () => {}, revoke: () => {}});

  test('a socket belongs to nobody until it has sent something other than continue', () => {
    const at = people();
    const first = enter(at);
    expect(at.present).toHaveLength(0);
    first.introduce();
    const second = enter(at);
    expect(at.present).toHaveLength(1);
    second.continue(first.name);
    expect(at.present).toHaveLength(1);
    expect(second.person).toBe(first.person);
    // A third socket may name either of them.
    const third = enter(at);
    third.continue(second.name);
    first.leave();
    second.leave();
    expect([at.present.length, third.person?.sockets.size]).toEqual([1, 1]);
    const fourth = enter(at);
    fourth.continue(first.name);
    expect(fourth.person).toBe(third.person);
    at.close();
  });

  test('a socket that has sent nothing yet can be continued', () => {
    const at = people();
    const [first, second] = [enter(at), enter(at)];
    second.continue(first.name);
    expect(at.present).toHaveLength(1);
    expect(second.person).toBe(first.person);
    at.close();
  });

  test('continue with an unknown, own or forgotten name changes nothing', () => {
    const at = people();
    const [first, second, third] = [enter(at), enter(at), enter(at)];
    first.introduce();
    second.continue('a guess');
    third.continue(third.name);
    expect(new Set([first.person, second.person, third.person, undefined]).size).toBe(4);
    at.close();
  });

  test('two people who turn out to be one are merged, with all sockets and names', () => {
    const at = people();
    const attendances = [enter(at), enter(at), enter(at), enter(at)];
    const [first, second, third, fourth] = attendances as [Attendance, Attendance, Attendance, Attendance];
    for (const attendance of [first, second]) attendance.introduce();
    third.continue(second.name);
    expect(at.present).toHaveLength(2);
    let goneFor: Person | undefined;
    const {person: mistaken} = second;
    void mistaken?.gone.then(() => goneFor = mistaken);
    third.continue(first.name);
    expect(at.present).toHaveLength(1);
    expect([second.person, third.person]).toEqual([first.person, first.person]);
    fourth.continue(second.name);
    expect(first.person?.sockets.size).toBe(4);
    at.close();
    return expect.poll(() => goneFor).toBe(mistaken);
  });

  test('a person may come back for 30 seconds, and is a new one after that', async () => {
    mock.timers.enable({apis: ['setTimeout']});
    try {
      const at = people();
      const first = enter(at);
      first.introduce();
      const {person} = first;
      first.leave();
      expect(at.present).toHaveLength(0);
      mock.timers.tick(29_000);
      const second = enter(at);
      second.continue(first.name);
      expect(second.person).toBe(person);
      mock.timers.tick(60_000);
      second.leave();
      mock.timers.tick(31_000);
      await person?.gone;
      const third = enter(at);
      third.continue(first.name);
      expect(third.person).not.toBe(person);
      at.close();
    } finally {
      mock.timers.reset();
    }
  });

  test('the number of a person\'s names is limited, however often they come back', () => {
    const at = people();
    const first = enter(at);
    first.introduce();
    let last = first;
    for (let count = 0; count < 1_000; count++) {
      const next = enter(at);
      next.continue(last.name);
      last.leave();
      last = next;
    }
    const again = enter(at);
    again.continue(first.name);
    expect(again.person).toBe(last.person);
    at.close();
  });
});

test.describe('on real sockets', () => {
  let server: ServerProcess;

  test.beforeAll(async () => {
    server = await ServerProcess.start();
  });

  test.afterAll(() => server.stop());

  test('a viewer counts once, over a renewal and a reconnect, in the session and in /healthz', async () => {
    const {id} = await server.session();
    const {url} = await server.mint(id);
    const viewers = async () => (await server.call('GET', `/v1/sessions/${id}`)).body['viewers'];
    const meet = async (continued?: string) => {
      const client = new PreviewClient(url);
      const {viewer = ''} = await client.until(() => client.of('hello')[0]);
      if (continued !== undefined) client.send({type: 'continue', viewer: continued});
      await client.untilHeard();
      return {client, viewer};
    };
    expect(await viewers()).toBe(0);
    const one = await meet();
    const other = await meet();
    expect(one.viewer).not.toBe(other.viewer);
    expect(one.viewer).toMatch(/^[\w-]{20,}$/);
    expect(await viewers()).toBe(2);
    const renewed = await meet(one.viewer);
    expect(await viewers()).toBe(2);
    expect((await server.call('GET', '/healthz')).body['viewers']).toBe(2);
    one.client.close();
    renewed.client.close();
    await expect.poll(viewers).toBe(1);
    await meet(renewed.viewer);
    await meet('nobody');
    expect(await viewers()).toBe(3);
    // Another session does not know this session's names.
    const elsewhere = await server.session();
    const client = new PreviewClient((await server.mint(elsewhere.id)).url);
    await client.until(() => client.of('hello')[0]);
    client.send({type: 'continue', viewer: other.viewer});
    await client.untilHeard();
    expect(await viewers()).toBe(3);
    await server.delete(id);
    expect(await viewers()).toBe(0);
  });

  test('a viewer that sends nothing counts too', async () => {
    const {id} = await server.session();
    const silent = new PreviewClient((await server.mint(id)).url);
    await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body['viewers']).toBe(1);
    silent.close();
    await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body['viewers']).toBe(0);
  });
});
