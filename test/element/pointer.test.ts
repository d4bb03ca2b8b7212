import {sendMouse} from '@web/test-runner-commands';
import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {MAX_PATH_POINTS} from '../../src/protocol.js';
import type {MouseButtonMessage, MouseMessage, MouseMoveMessage} from '../../src/protocol.js';
import {canvasOf, liveView, nextFrame, sinkOf} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {untimed} from '../support/untimed.js';

const isMove = (message: MouseMessage): message is MouseMoveMessage => message.event === 'move';
const isDown = (message: MouseMessage): message is MouseButtonMessage => message.event === 'down';

describe('the mouse, in any browser', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
    view.style.cssText = 'position: absolute; left: 100px; top: 80px; width: 320px; height: 180px';
  });

  afterEach(() => {
    view.remove();
    window.scrollTo(0, 0);
    server.stop();
  });

  const click = (x: number, y: number) => sendMouse({type: 'click', position: [Math.round(x), Math.round(y)]});
  const down = (index = 0) => server.until(() => connection.of('mouse').filter(isDown)[index]);

  it('hovers, clicks, drags and comes up outside', async () => {
    await sendMouse({type: 'move', position: [110, 100]});
    await server.until(() => connection.of('mouse').some(isMove));
    await sendMouse({type: 'down'});
    await sendMouse({type: 'move', position: [600, 500]});
    await sendMouse({type: 'up'});
    const messages = await server.until(() => connection.of('mouse').some(({event}) => event === 'up') && connection.of('mouse'));
    const [first] = messages;
    assert.deepEqual(first && isMove(first) && [first.x, first.y, first.button, first.buttons], [10, 20, -1, 0]);
    assert.deepEqual(untimed(messages.find(isDown)), {type: 'mouse', event: 'down', x: 10, y: 20, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
    const last = messages.findLast(isMove);
    assert.deepEqual(last && [last.x, last.y, last.buttons], [500, 420, 1]);
    const up = messages.findLast(({event}) => event === 'up');
    assert.deepEqual(untimed(up), {type: 'mouse', event: 'up', x: 500, y: 420, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
    assert.equal(document.activeElement, view);
  });

  // At different points, so that no press is the second of a double click.
  for (const [when, from, to] of [['pointerdown', 50, 50], ['pointermove', 90, 110]] as const) {
    it(`comes up where it was last when another element of the page captures the pointer at a ${when}`, async () => {
      const other = document.createElement('div');
      document.body.append(other);
      canvasOf(view).addEventListener(when, ({buttons, pointerId}) => buttons > 0 && other.setPointerCapture(pointerId));
      try {
        await sendMouse({type: 'move', position: [100 + from, 100]});
        await sendMouse({type: 'down'});
        await down();
        await sendMouse({type: 'move', position: [100 + 110, 100]});
        await sendMouse({type: 'move', position: [100 + 130, 100]});
        const up = await server.until(() => connection.of('mouse').find(({event}) => event === 'up'));
        assert.deepEqual(untimed(up), {type: 'mouse', event: 'up', x: to, y: 20, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
      } finally {
        await sendMouse({type: 'up'});
        other.remove();
      }
    });
  }

  const looks: readonly [css: string, matrix: DOMMatrix][] = [
    ['transform: scale(1.5, 1.25); transform-origin: 0 0', new DOMMatrix().scale(1.5, 1.25)],
    ['transform: rotate(33deg); transform-origin: 0 0; left: 250px', new DOMMatrix().translate(150).rotate(33)],
    ['transform: skew(10deg, 20deg); transform-origin: 0 0', new DOMMatrix().multiply(new DOMMatrix([1, Math.tan(Math.PI / 9), Math.tan(Math.PI / 18), 1, 0, 0]))],
    ['zoom: 2; left: 50px; top: 40px', new DOMMatrix().scale(2)],
  ];
  for (const [css, matrix] of looks) {
    it(`finds the place in an element with ${css}`, async () => {
      view.style.cssText += `; ${css}`;
      for (const [index, [x, y]] of ([[10, 10], [200, 100], [300, 30]] as const).entries()) {
        const {x: left, y: top} = matrix.transformPoint({x, y});
        await click(left + 100, top + 80);
        const point = await down(index);
        // A click has whole pixels of the window.
        assert.closeTo(point.x, x, 1);
        assert.closeTo(point.y, y, 1);
      }
    });
  }

  it('finds the place in a letterboxed element in a scrolled page', async () => {
    const tall = document.createElement('div');
    tall.style.height = '5000px';
    document.body.append(tall);
    view.style.cssText += '; top: 1080px; height: 320px';
    window.scrollTo(0, 1000);
    await click(110, 100);
    await click(420, 235);
    await click(260, 240);
    const point = await down();
    assert.deepEqual([point.x, point.y], [160, 90], 'the bar sent nothing');
    tall.remove();
  });

  it('lives on in another document: styled, where it is, and with its stream', async () => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'position: absolute; left: 20px; top: 20px; width: 500px; height: 400px; border: 0';
    document.body.append(frame);
    const inner = frame.contentDocument ?? document;
    inner.body.append(view);
    assert.equal(view.ownerDocument, inner);
    await view.updateComplete;
    await nextFrame();
    assert.equal(view.getBoundingClientRect().width, 320);
    assert.equal(canvasOf(view).getBoundingClientRect().height, 180);
    await click(20 + 100 + 30, 20 + 80 + 40);
    const {x, y} = await down();
    assert.deepEqual([x, y], [30, 40]);
    document.body.append(view);
    await view.updateComplete;
    await click(100 + 33, 80 + 44);
    const again = await down(1);
    assert.deepEqual([again.x, again.y], [33, 44]);
    assert.lengthOf(server.connections, 1);
    frame.remove();
  });

  it('sends the last move before a key, text and a combination, in the same frame too', async () => {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    view.focus();
    const acts: readonly (() => void)[] = [
      () => void sinkOf(view).dispatchEvent(new KeyboardEvent('keydown', {key: 'a', code: 'KeyA', bubbles: true, cancelable: true})),
      () => void sinkOf(view).dispatchEvent(new KeyboardEvent('keyup', {key: 'a', code: 'KeyA', bubbles: true, cancelable: true})),
      () => view.sendText('b'),
      () => view.pressKey('Enter'),
    ];
    for (const [index, act] of acts.entries()) {
      canvasOf(view).dispatchEvent(new PointerEvent('pointermove', {pointerType: 'mouse', button: -1, clientX: left + 10 + index, clientY: top + 10}));
      act();
    }
    await server.until(() => connection.of('key').length === 4);
    const order = connection.messages.flatMap((message): readonly (string | number)[] => message.type === 'mouse' && isMove(message) && message.y === 10 ? [message.x]
      : message.type === 'key' ? [`${message.key} ${message.event}`] : message.type === 'text' ? [message.text] : []);
    assert.deepEqual(order, [10, 'a down', 11, 'a up', 12, 'b', 13, 'Enter down', 'Enter up']);
  });

  it('splits a path that is longer than a message may be, and loses no point of it', async () => {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    const places = Array.from({length: 2500}, (_, i) => [i % 250, 10 + Math.floor(i / 250)] as const);
    const [coalescedEvents, init] = [[] as PointerEvent[], {pointerType: 'mouse', button: -1}];
    for (const [x, y] of places) coalescedEvents.push(new PointerEvent('pointermove', {...init, clientX: left + x, clientY: top + y}));
    canvasOf(view).dispatchEvent(new PointerEvent('pointermove', {...init, clientX: left + 249, clientY: top + 19, coalescedEvents}));
    const isLast = ({x, y}: MouseMoveMessage) => x === 249 && y === 19;
    const moves = await server.until(() => connection.of('mouse').filter(isMove).some(isLast) && connection.of('mouse').filter(isMove));
    const points = moves.flatMap(({path = [], x, y}) => [...path.map(([px, py]) => [px, py]), [x, y]]);
    // A browser that does not accept coalesced events from a script has only the last point.
    if (points.length > 1) assert.deepEqual(points, places.map(([x, y]) => [x, y]));
    assert.isTrue(moves.every(({path = []}) => path.length <= MAX_PATH_POINTS));
  });
});
