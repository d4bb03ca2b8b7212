import {mock} from 'node:test';
import type {PathPoint, TouchMessage} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import {FingerAsMouse, type MouseDeed} from '../../demo/server/session/input/finger-as-mouse.js';

/** A hand on a session without a touch screen. The test controls the clock. */
function hand(): {deeds: string[]; touch: (event: TouchMessage['event'], ...points: readonly (readonly [x: number, y: number])[]) => void} {
  const deeds: string[] = [];
  const fingers = new FingerAsMouse((deed) => deeds.push(short(deed)));
  return {deeds, touch: (event, ...points) => fingers.receive({
    type: 'touch', event, modifiers: 0, points: points.map(([x, y], id) => ({id, x, y, radiusX: 10, radiusY: 10, rotationAngle: 0, force: 1})),
  })};
}

function short(deed: MouseDeed): string {
  if (deed.type === 'wheel') return `wheel ${deed.deltaX},${deed.deltaY}`;
  if (deed.type === 'mouse' && deed.event !== 'leave') return `${deed.event} ${deed.x},${deed.y} ${deed.buttons}`;
  return deed.type;
}

test.beforeEach(() => mock.timers.enable({apis: ['setTimeout']}));
test.afterEach(() => mock.timers.reset());

for (const delayMs of [10, 150, 250, 400]) {
  test(`a second finger that comes ${delayMs} ms after the first scrolls, when both move`, () => {
    const {deeds, touch} = hand();
    touch('start', [150, 120]);
    mock.timers.tick(delayMs);
    touch('start', [150, 120], [190, 120]);
    touch('move', [150, 60], [190, 60]);
    touch('end', [190, 60]);
    touch('end');
    expect(deeds).toEqual(['move 150,120 0', 'wheel 0,60']);
  });
}

test('a finger that rests holds the button down, and one that moves does so at once', () => {
  const {deeds, touch} = hand();
  touch('start', [150, 120]);
  mock.timers.tick(500);
  touch('move', [151, 120]);
  touch('end');
  expect(deeds).toEqual(['move 150,120 0', 'down 150,120 1', 'move 151,120 1', 'up 151,120 0']);
  const other = hand();
  other.touch('start', [150, 120]);
  other.touch('move', [170, 120]);
  expect(other.deeds).toEqual(['move 150,120 0', 'down 150,120 1', 'move 170,120 1']);
});

test('a finger that is cancelled early presses nothing, and a later cancel undoes the press', () => {
  const {deeds, touch} = hand();
  touch('start', [150, 120]);
  touch('cancel');
  mock.timers.tick(1000);
  expect(deeds).toEqual(['move 150,120 0']);
  touch('start', [150, 120]);
  mock.timers.tick(1000);
  touch('cancel');
  expect(deeds.slice(1)).toEqual(['move 150,120 0', 'down 150,120 1', 'cancel']);
});

test('the mouse moves to a finger from its last position, slowly at both ends, unless it is near', () => {
  const paths: (readonly PathPoint[])[] = [];
  const fingers = new FingerAsMouse((deed) => {
    if (deed.type === 'mouse' && deed.event === 'move') paths.push(deed.path ?? []);
  });
  const tap = (x: number, y: number) => {
    for (const event of ['start', 'end'] as const) fingers.receive({type: 'touch', event, modifiers: 0, points: event === 'end' ? [] : [{id: 0, x, y, radiusX: 10, radiusY: 10, rotationAngle: 0, force: 1}]});
  };
  tap(300, 400);
  tap(304, 400);
  const [first = [], second] = paths;
  const way = [[0, 0, Infinity] as const, ...first, [300, 400, 0] as const];
  const steps = way.slice(1).map(([x, y], index) => Math.hypot(x - (way[index]?.[0] ?? 0), y - (way[index]?.[1] ?? 0)));
  expect(steps).toHaveLength(10);
  expect(Math.max(steps[0] ?? 0, steps.at(-1) ?? 0) * 5).toBeLessThan(Math.max(...steps));
  expect(way.every(([,, ageMs], index) => index === 0 || ageMs < (way[index - 1]?.[2] ?? 0))).toBe(true);
  expect(way[1]?.[2]).toBeLessThanOrEqual(160);
  expect(second).toEqual([]);
});
