import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {TouchMessage} from '../../src/protocol.js';
import {cdp, cdpBurst} from '../support/input-commands.js';
import type {CdpCall} from '../support/input-commands.js';
import {canvasOf, liveView, nextFrame} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {untimed} from '../support/untimed.js';

interface Finger {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly radiusX?: number;
  readonly radiusY?: number;
  readonly force?: number;
  readonly rotationAngle?: number;
}

describe('fingers, as the browser itself sends them', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let tall: HTMLElement;

  before(() => cdp('Emulation.setTouchEmulationEnabled', {enabled: true, maxTouchPoints: 5}));
  after(() => cdp('Emulation.setTouchEmulationEnabled', {enabled: false}));

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {touch: true}));
    tall = document.createElement('div');
    tall.style.cssText = 'height: 3000px';
    document.body.append(tall);
  });

  afterEach(() => {
    view.remove();
    tall.remove();
    window.scrollTo(0, 0);
    server.stop();
  });

  /** In CDP, a start and a move list all fingers on the screen. An end lists the lifted fingers, or none for all. */
  function touch(type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel', ...fingers: Finger[]): CdpCall {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    return ['Input.dispatchTouchEvent', {type, touchPoints: fingers.map(
      ({id, x, y, radiusX, radiusY, force, rotationAngle}) => ({id, x: left + x, y: top + y, radiusX, radiusY, force, rotationAngle}))}];
  }

  async function sent(count: number, event: TouchMessage['event']): Promise<TouchMessage[]> {
    return server.until(() => connection.of('touch').filter((message) => message.event === event).length >= count && connection.of('touch'));
  }

  const short = ({event, points}: TouchMessage) => `${event} ${points.map(({id, x, y}) => `${id}@${x},${y}`).join(' ')}`.trim();

  it('taps, with the finger\'s size and force, and has the keyboard; no mouse is made of it', async () => {
    await cdpBurst([touch('touchStart', {id: 7, x: 50, y: 60, radiusX: 8, radiusY: 6, force: 0.5, rotationAngle: 30}), touch('touchEnd')]);
    assert.deepEqual((await sent(1, 'end')).map(untimed), [
      {type: 'touch', event: 'start', points: [{id: 0, x: 50, y: 60, radiusX: 8, radiusY: 6, force: 0.5, rotationAngle: 30}], modifiers: 0},
      {type: 'touch', event: 'end', points: [], modifiers: 0},
    ]);
    assert.equal(document.activeElement, view);
    await nextFrame();
    await cdpBurst([touch('touchStart', {id: 8, x: 1, y: 1}), touch('touchEnd')]);
    await sent(2, 'end');
    assert.deepEqual(connection.of('mouse'), []);
  });

  it('sizes a finger in pixels of the session', async () => {
    view.style.width = '640px';
    await cdpBurst([touch('touchStart', {id: 0, x: 100, y: 60, radiusX: 8, radiusY: 6}), touch('touchEnd')]);
    const [start] = await sent(1, 'end');
    const [point] = start?.points ?? [];
    assert.deepEqual(point && [point.x, point.y, point.radiusX, point.radiusY], [50, 30, 4, 3]);
  });

  it('knows two fingers apart by small ids that are used again, and always tells all of them', async () => {
    const [a, b, c] = [{id: 11, x: 50, y: 50}, {id: 12, x: 200, y: 50}, {id: 13, x: 100, y: 100}];
    await cdpBurst([touch('touchStart', a), touch('touchStart', a, b)]);
    await sent(2, 'start');
    await cdpBurst([touch('touchMove', {...a, x: 60}, {...b, x: 190})]);
    await sent(1, 'move');
    await cdpBurst([touch('touchEnd', {...a, x: 60})]);
    await sent(1, 'end');
    await cdpBurst([touch('touchStart', {...b, x: 190}, c)]);
    await sent(3, 'start');
    await cdpBurst([touch('touchEnd')]);
    const lines = (await server.until(() => connection.of('touch').at(-1)?.points.length === 0 && connection.of('touch'))).map(short);
    assert.deepEqual(lines.slice(0, 5), [
      'start 0@50,50', 'start 0@50,50 1@200,50', 'move 0@60,50 1@190,50', 'end 1@190,50', 'start 1@190,50 0@100,100',
    ]);
    assert.equal(lines.at(-1), 'end');
  });

  it('sends one move a frame at most, and never without the last one before an end', async () => {
    const points = Array.from({length: 100}, (_, i) => ({id: 0, x: 20 + i, y: 40}));
    let frames = 0;
    let isOver = false;
    const count = () => {
      frames++;
      if (!isOver) requestAnimationFrame(count);
    };
    await cdpBurst([touch('touchStart', {id: 0, x: 20, y: 40})]);
    await sent(1, 'start');
    count();
    await cdpBurst([...points.map((point) => touch('touchMove', point)), touch('touchEnd')]);
    const messages = await sent(1, 'end');
    isOver = true;
    const moves = messages.filter(({event}) => event === 'move');
    assert.isAtMost(moves.length, frames + 1);
    assert.equal(moves.at(-1)?.points[0]?.x, 119);
    assert.equal(messages.at(-2), moves.at(-1));
  });

  it('loses none of the points that a finger goes through between two frames', async () => {
    await cdpBurst([touch('touchStart', {id: 3, x: 20, y: 40})]);
    await sent(1, 'start');
    const points = Array.from({length: 240}, (_, i) => ({id: 3, x: 40 + i, y: 40 + (i % 7)}));
    await cdpBurst([...points.map((point) => touch('touchMove', point)), touch('touchEnd')]);
    const moves = (await sent(1, 'end')).filter(({event}) => event === 'move');
    const seen = moves.flatMap(({path = [], points: [at]}) => [...path.map(([id, x, y]) => `${id}@${x},${y}`), ...at ? [`${at.id}@${at.x},${at.y}`] : []]);
    // Chromium holds back the first few pixels of a touch, which may be a tap.
    assert.deepEqual(seen.slice(-220), points.slice(-220).map(({x, y}) => `0@${x},${y}`));
    for (const {path = [], t} of moves) {
      const ages = path.map(([, , , age]) => age);
      assert.deepEqual(ages, ages.toSorted((a, b) => b - a), 'the oldest first');
      assert.isAbove(t ?? 0, 0);
    }
  });

  it('continues with a finger outside the element, and ignores one that starts on a bar', async () => {
    view.style.height = '300px';
    await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 20}), touch('touchMove', {id: 0, x: 50, y: 150}), touch('touchEnd')]);
    await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 150}), touch('touchMove', {id: 0, x: 50, y: 400}), touch('touchEnd')]);
    assert.deepEqual((await sent(1, 'end')).map(short), ['start 0@50,90', 'move 0@50,340', 'end']);
  });

  it('cancels what the browser takes away', async () => {
    await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 50})]);
    await sent(1, 'start');
    await cdpBurst([touch('touchCancel')]);
    assert.deepEqual((await sent(1, 'cancel')).map(short), ['start 0@50,50', 'cancel']);
  });

  const endings: readonly [name: string, act: () => void][] = [
    ['releaseInput()', () => view.releaseInput()],
    ['readOnly', () => view.readOnly = true],
    ['paused', () => view.paused = true],
    ['removal', () => view.remove()],
    ['disconnect()', () => view.disconnect()],
    ['the window\'s blur', () => window.dispatchEvent(new Event('blur'))],
    ['pagehide', () => window.dispatchEvent(new Event('pagehide'))],
  ];
  for (const [name, act] of endings) {
    it(`lets go by ${name}`, async () => {
      await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 50})]);
      await sent(1, 'start');
      act();
      await server.until(() => connection.of('release').length > 0);
      assert.equal(connection.messages.findLast(({type}) => type === 'touch' || type === 'release')?.type, 'release');
      await cdpBurst([touch('touchCancel')]);
    });
  }

  it('ignores a released finger until it touches again', async () => {
    await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 50})]);
    await sent(1, 'start');
    view.releaseInput();
    await cdpBurst([touch('touchMove', {id: 0, x: 60, y: 50}), touch('touchEnd'), touch('touchStart', {id: 0, x: 70, y: 50}), touch('touchEnd')]);
    assert.deepEqual((await sent(1, 'end')).map(short), ['start 0@50,50', 'start 0@70,50', 'end']);
    assert.equal(connection.of('release').length, 1);
  });

  it('lets go of a finger whose end it did not see, before the next one counts', async () => {
    const tap = (x: number, y: number) => cdpBurst([touch('touchStart', {id: 7, x, y}), touch('touchEnd')]);
    addEventListener('touchend', (event) => event.stopImmediatePropagation(), {capture: true, once: true});
    await tap(50, 60);
    await tap(80, 90);
    assert.deepEqual((await sent(2, 'end')).map(short), ['start 0@50,60', 'end', 'start 0@80,90', 'end']);
  });

  it('is one contact by a pen that has both pointer and touch events, with its pressure', async () => {
    const canvas = canvasOf(view);
    const {left, top} = canvas.getBoundingClientRect();
    const at = {clientX: left + 50, clientY: top + 60};
    const contact = (identifier: number) => new globalThis.Touch({identifier, target: canvas, ...at, radiusX: 1, radiusY: 1, force: 0.5});
    const pen = (type: string, buttons: number) => canvas.dispatchEvent(new PointerEvent(type, {
      bubbles: true, composed: true, cancelable: true, pointerType: 'pen', pointerId: 9, isPrimary: true, button: type === 'pointermove' ? -1 : 0, buttons, pressure: buttons / 2, ...at,
    }));
    const touches = (type: string, changed: globalThis.Touch[], rest: globalThis.Touch[]) => canvas.dispatchEvent(new TouchEvent(type, {
      bubbles: true, composed: true, cancelable: true, touches: rest, targetTouches: rest, changedTouches: changed,
    }));
    for (const identifier of [0, 1]) {
      pen('pointerdown', 1);
      touches('touchstart', [contact(identifier)], [contact(identifier)]);
      pen('pointermove', 1);
      touches('touchmove', [contact(identifier)], [contact(identifier)]);
      pen('pointerup', 0);
      touches('touchend', [contact(identifier)], []);
    }
    const messages = await server.until(() => connection.of('mouse').filter(({event}) => event === 'up').length === 2 && connection.of('mouse'));
    assert.deepEqual(messages.filter(({event}) => event !== 'move').map((message) => 'pressure' in message && [message.event, message.pointerType, message.pressure]), [
      ['down', 'pen', 0.5], ['up', 'pen', 0], ['down', 'pen', 0.5], ['up', 'pen', 0],
    ]);
    // A finger at another point, or later, is a real one.
    await cdpBurst([touch('touchStart', {id: 8, x: 50, y: 60}), touch('touchEnd')]);
    await sent(1, 'end');
    assert.deepEqual(connection.of('touch').map(short), ['start 0@50,60', 'end']);
  });

  it('leaves touches to the page while read-only: a swipe scrolls the page', async () => {
    view.readOnly = true;
    await view.updateComplete;
    const scrolled = new Promise((resolve) => document.addEventListener('scroll', resolve, {once: true}));
    await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 150})]);
    for (let y = 140; y >= 20; y -= 10) await cdpBurst([touch('touchMove', {id: 0, x: 50, y})]);
    await scrolled;
    await cdpBurst([touch('touchEnd')]);
    assert.isAbove(window.scrollY, 0);
    assert.deepEqual(connection.of('touch'), []);
  });

  it('keeps the page where it is while it is interactive', async () => {
    assert.equal(getComputedStyle(canvasOf(view)).touchAction, 'none');
    await cdpBurst([touch('touchStart', {id: 0, x: 50, y: 150})]);
    for (let y = 140; y >= 20; y -= 10) await cdpBurst([touch('touchMove', {id: 0, x: 50, y})]);
    await cdpBurst([touch('touchEnd')]);
    await sent(1, 'end');
    await nextFrame();
    assert.equal(window.scrollY, 0);
  });
});
