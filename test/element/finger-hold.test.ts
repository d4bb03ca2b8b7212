import {assert} from 'chai';
import {FingerHold, gestureOf} from '../../src/input/finger-hold.js';
import type {TouchMessage} from '../../src/protocol.js';

/** Steps: `start 10,10 50,10` is an event with all fingers on the screen, and a number is a wait in milliseconds. */
type Step = string | number;

describe('fingers at a session without a touch screen', () => {
  const {setTimeout, clearTimeout} = window;
  let timers: Map<number, readonly [atMs: number, act: () => void]>;
  let nowMs: number;

  beforeEach(() => {
    timers = new Map();
    nowMs = 0;
    let last = 0;
    Object.assign(window, {
      setTimeout: (act: () => void, ms: number) => {
        timers.set(++last, [nowMs + ms, act]);
        return last;
      },
      clearTimeout: (id: number) => timers.delete(id),
    });
  });

  afterEach(() => Object.assign(window, {setTimeout, clearTimeout}));

  function wait(ms: number): void {
    nowMs += ms;
    for (const [id, [atMs, act]] of timers) if (atMs <= nowMs) {
      timers.delete(id);
      act();
    }
  }

  function play(...steps: readonly Step[]): string {
    const heard: string[] = [];
    const hold = new FingerHold(({event, points}) => heard.push([event, ...points.map(({x}) => x)].join(' ')), {
      move: ([from], [to]) => heard.push(`(pinch ${from.x} ${to.x})`), end: () => heard.push('(end)'), takesPan: false,
    });
    for (const step of steps) {
      if (typeof step === 'number') wait(step);
      else send(hold, step);
      heard.push('|');
    }
    return heard.join(' ');
  }

  function send(hold: FingerHold, step: string): void {
    const [event = '', ...places] = step.split(' ');
    const points = places.map((place, id) => {
      const [x = 0, y = 0] = place.split(',').map(Number);
      return {id, x, y, radiusX: 1, radiusY: 1, rotationAngle: 0, force: 1};
    });
    const message: TouchMessage = {type: 'touch', event: event as TouchMessage['event'], points, modifiers: 0};
    hold.send(message, points);
  }

  const rows: [string, Step[], string][] = [
    ['a first finger is held back for 100 ms', ['start 10,10', 99, 1, 'end'], '| | start 10 | end |'],
    ['a tap within them is one', ['start 10,10', 50, 'end'], '| | start 10 end |'],
    ['a finger that goes somewhere is not held back', ['start 10,10', 'move 13,10', 'move 30,10'], '| | start 10 move 30 |'],
    ['what is taken away within them is nothing', ['start 10,10', 50, 'cancel', 500], '| | | |'],
    ['what is taken away later is told', ['start 10,10', 200, 'cancel'], '| start 10 | cancel |'],
    ['two that go together scroll', ['start 10,10', 'start 10,10 60,10', 'move 10,5 60,5', 'move 10,-20 60,-20', 'end 60,-20', 'end'],
      '| | | start 10 start 10 60 move 10 60 | end 60 | end |'],
    ['two that spread are a pinch, of which nothing is sent', ['start 10,10', 50, 'start 10,10 60,10', 'move -10,10 80,10', 'move -30,10 90,10', 'end 90,10', 'end', 500],
      '| | | (pinch 10 -10) | (pinch 10 -30) | | (end) | |'],
    ['a pinch whose first finger is known takes that back', ['start 10,10', 200, 'start 10,10 60,10', 'move -10,10 80,10', 'end', 'start 5,5', 200],
      '| start 10 | | cancel (pinch 10 -10) | (end) | | start 5 |'],
    ['a tap of two is told', ['start 10,10', 'start 10,10 60,10', 'end 60,10', 'end'], '| | start 10 start 10 60 end 60 | end |'],
    ['two that come down at once are two', ['start 10,10 60,10', 'move 10,-20 60,-20', 'end'], '| start 10 60 move 10 60 | end |'],
    ['two that rest are held back until they do something', ['start 10,10', 'start 10,10 60,10', 1000, 'move 10,40 60,40'], '| | | start 10 start 10 60 move 10 60 |'],
  ];
  for (const [name, steps, expected] of rows) it(name, () => assert.equal(play(...steps), expected));

  it('tells a pinch from a scroll by the larger movement', () => {
    const [a, b] = [{x: 0, y: 0}, {x: 100, y: 0}];
    assert.equal(gestureOf([a, b], [{x: 4, y: 0}, {x: 97, y: 0}]), undefined);
    assert.equal(gestureOf([a, b], [{x: -20, y: 0}, {x: 120, y: 0}]), 'pinch');
    assert.equal(gestureOf([a, b], [{x: 20, y: 0}, {x: 80, y: 0}]), 'pinch');
    assert.equal(gestureOf([a, b], [{x: 0, y: 30}, {x: 100, y: 28}]), 'pan');
    // One finger rests, and the other moves around it and away from it.
    assert.equal(gestureOf([a, b], [a, {x: 150, y: 0}]), 'pinch');
  });
});
