import {expect, test} from 'playwright/test';
import {HandClock} from '../../demo/server/session/input/hand-clock.js';
import {InputClock} from '../../demo/server/session/input/input-clock.js';
import {DrivenSession} from '../support/driven-session.js';

const PAD = '<style>body {margin: 0} div {width: 600px; height: 400px; background: silver}</style><div id="pad"></div>';

test('time stamps are right if the browser\'s clock differs from the server\'s', async () => {
  // The server's wall clock is 3 s ahead, which is the same as a browser whose clock is behind.
  const {now} = Date;
  Date.now = () => now() + 3_000;
  const driven = await DrivenSession.start('desktop').finally(() => Date.now = now);
  try {
    await driven.open(driven.recording.page('clock', PAD));
    await driven.evaluate('window.ages = []; for (const type of ["pointermove", "pointerdown", "pointerup", "wheel"]) addEventListener(type, (event) => ages.push(performance.now() - event.timeStamp))');
    const hand = driven.hand();
    hand.click(100, 100);
    hand.send({type: 'wheel', x: 100, y: 100, deltaX: 0, deltaY: 10, buttons: 0, modifiers: 0});
    await driven.recording.next('wheel');
    const ages = await driven.evaluate('ages') as number[];
    expect(ages.length).toBeGreaterThan(3);
    expect(Math.min(...ages)).toBeGreaterThan(-20);
    expect(Math.max(...ages)).toBeLessThan(1_000);
  } finally {
    await driven.stop();
  }
});

/** Delays of 40 to 340 ms that keep the order, as a socket does. They are the same in each run. */
function delays(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 40 + state / 2_147_483_648 * 300;
  };
}

test('on a link with jitter, time stamps keep the rhythm of the movement', () => {
  /** The speeds in the page as multiples of the hand's, and the delay between time stamp and arrival. */
  const speeds: number[] = [];
  const early: number[] = [];
  for (let seed = 1; seed <= 40; seed++) {
    const delay = delays(seed * 7_919);
    const hand = new HandClock();
    const clock = new InputClock();
    const realNow = performance.now;
    const epochMs = Date.now() - performance.now();
    // A hand hovers for 3 s and then drags for 2 s, with a message per frame and a point each 2 ms.
    try {
      let arrivedMs = realNow.call(performance) + 1_000;
      const startMs = arrivedMs;
      let lastStampMs = 0;
      for (let handMs = 0; handMs < 5_000; handMs += 16) {
        arrivedMs = Math.max(arrivedMs, startMs + handMs + delay());
        performance.now = () => arrivedMs;
        const {atMs, stretch} = hand.read(handMs, arrivedMs);
        const [now, ...path] = clock.stamps([14, 12, 10, 8, 6, 4, 2].map((ageMs) => ageMs * stretch), atMs);
        for (const stamp of [...path, now]) {
          if (handMs > 3_000) speeds.push(2 / (stamp * 1_000 - lastStampMs));
          early.push(stamp * 1_000 - epochMs - arrivedMs);
          lastStampMs = stamp * 1_000;
        }
      }
    } finally {
      performance.now = realNow;
    }
  }
  expect(speeds.reduce((most, speed) => Math.max(most, speed), 0)).toBeLessThanOrEqual(1.5);
  expect(early.reduce((most, ms) => Math.max(most, ms), -Infinity)).toBeLessThan(1);
});

test('when a player\'s clock is set or replaced, the estimate starts anew', () => {
  const hand = new HandClock();
  for (let ms = 0; ms < 5_000; ms += 16) hand.read(ms, ms + 1_000_010);
  expect(hand.read(5_000, 1_005_010).atMs).toBe(1_005_010);
  // 40 ms on the way, once: it is told from the hand.
  expect(hand.read(5_016, 1_005_066).atMs).toBeCloseTo(1_005_010 + 16 * 0.7, 5);
  // The clock was set back by an hour. The first message of a new clock counts as sent now, less the initial slack.
  expect(hand.read(100, 1_005_200).atMs).toBe(1_005_200 - 100);
  // 10 s after a link has become slower, its new smallest difference counts.
  const other = new HandClock();
  for (let ms = 0; ms < 3_000; ms += 16) other.read(ms, ms + 10);
  for (let ms = 3_000; ms < 17_000; ms += 16) other.read(ms, ms + 300);
  expect(other.read(17_000, 17_300).atMs).toBe(17_300);
});

test('a path\'s points have the time stamps of the player\'s clock', async () => {
  const driven = await DrivenSession.start('desktop');
  try {
    const {recording} = driven;
    await driven.open(recording.page('hand', PAD));
    const hand = driven.hand();
    // Three messages arrive late and together, 50 ms apart by the hand's clock. Movement for more than a second before makes the clock known.
    for (let t = 0; t < 100; t++) hand.move(50, 50 + t / 10, {t: 1_000 + t});
    await recording.next('pointermove');
    await driven.evaluate('new Promise((resolve) => setTimeout(resolve, 1200)).then(() => 0)');
    recording.clear();
    for (const [index, x] of [100, 200, 300].entries()) hand.move(x, 100, {t: 2_100 + index * 50, path: [[x - 50, 100, 25]]});
    await recording.until(() => recording.of('pointermove').some(({members}) => members['clientX'] === 300));
    const times = recording.of('pointermove').flatMap(({members}) => members['coalesced'] as {timeStamp: number; clientX: number}[]).filter(({clientX}) => clientX >= 50).map(({timeStamp}) => timeStamp);
    const gaps = times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)));
    expect(gaps).toHaveLength(5);
    for (const gap of gaps) expect(Math.abs(gap - 25)).toBeLessThan(10);
  } finally {
    await driven.stop();
  }
});

test('a finger\'s points between two messages are in the coalesced events, with their times', async () => {
  const driven = await DrivenSession.start('mobile');
  try {
    const {recording} = driven;
    await driven.open(recording.page('finger-path', '<style>div {position: absolute; left: 0; top: 100px; width: 400px; height: 400px; background: silver; touch-action: none}</style><div id="pad"></div>', 'top', '<meta name="viewport" content="width=device-width, initial-scale=1">'));
    const hand = driven.hand();
    const point = (x: number) => ({id: 0, x, y: 200, radiusX: 10, radiusY: 10, rotationAngle: 0, force: 0.5});
    const touch = (event: 'start' | 'move', x: number, t: number, path: readonly (readonly [number, number, number, number])[] = []) => hand.send({type: 'touch', event, points: [point(x)], modifiers: 0, t, path});
    touch('start', 20, 0);
    for (let message = 1; message <= 60; message++) {
      const x = 20 + message * 4;
      touch('move', x, message * 16, [3, 2, 1].map((back) => [0, x - back, 200, back * 4] as const));
    }
    hand.send({type: 'touch', event: 'end', points: [], modifiers: 0, t: 61 * 16});
    await recording.next('pointerup');
    const seen = recording.of('pointermove').flatMap(({members}) => members['coalesced'] as {clientX: number}[]).map(({clientX}) => Math.round(clientX));
    // A browser holds back a finger's first few pixels, which may belong to a tap.
    expect(seen.length).toBeGreaterThan(220);
    expect(seen.slice(-200)).toEqual(Array.from({length: 200}, (_, index) => 61 + index));
  } finally {
    await driven.stop();
  }
});
