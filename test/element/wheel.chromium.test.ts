import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {cdpBurst} from '../support/input-commands.js';
import type {CdpCall} from '../support/input-commands.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import {untimed} from '../support/untimed.js';
import type {Connection} from '../support/preview-server.js';

describe('the wheel', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let tall: HTMLElement;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
    tall = document.createElement('div');
    tall.style.cssText = 'width: 3000px; height: 3000px';
    document.body.append(tall);
  });

  afterEach(() => {
    view.remove();
    tall.remove();
    window.scrollTo(0, 0);
    server.stop();
  });

  function turn(x: number, y: number, deltaX: number, deltaY: number, modifiers = 0): CdpCall {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    return ['Input.dispatchMouseEvent', {type: 'mouseWheel', x: left + x, y: top + y, deltaX, deltaY, modifiers}];
  }

  const wheels = (count: number) => server.until(() => connection.of('wheel').length >= count && connection.of('wheel'));
  /** A wheel event that automation cannot send. */
  const synthetic = (init: WheelEventInit) => {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    return new WheelEvent('wheel', {bubbles: true, cancelable: true, composed: true, clientX: left + 50, clientY: top + 50, ...init});
  };

  it('goes to the session on both axes, and the page around stays where it is', async () => {
    let prevented = 0;
    window.addEventListener('wheel', ({defaultPrevented}) => prevented += Number(defaultPrevented), {once: true});
    await cdpBurst([turn(100, 50, 30, 120)]);
    assert.deepEqual((await wheels(1)).map(untimed), [{type: 'wheel', x: 100, y: 50, deltaX: 30, deltaY: 120, buttons: 0, modifiers: 0}]);
    assert.equal(prevented, 1);
    assert.deepEqual([window.scrollX, window.scrollY], [0, 0]);
  });

  it('scrolls the page around a view that is read only, and sends nothing', async () => {
    view.readOnly = true;
    await view.updateComplete;
    const scrolled = new Promise((resolve) => document.addEventListener('scroll', resolve, {once: true}));
    await cdpBurst([turn(100, 50, 0, 120)]);
    await scrolled;
    view.readOnly = false;
    await view.updateComplete;
    window.scrollTo(0, 0);
    await cdpBurst([turn(10, 10, 0, 5)]);
    assert.deepEqual((await wheels(1)).map(({deltaY}) => deltaY), [5]);
  });

  it('has no listener that could hold up the page\'s scrolling while it is read only', async () => {
    const canvas = canvasOf(view);
    const added: string[] = [];
    const {addEventListener} = canvas;
    canvas.addEventListener = function (type: string, listener: EventListenerOrEventListenerObject, options?: AddEventListenerOptions | boolean) {
      if (typeof options === 'object' && options.passive === false) {
        added.push(type);
        options.signal?.addEventListener('abort', () => added.splice(added.indexOf(type), 1));
      }
      addEventListener.call(this, type, listener, options);
    };
    view.readOnly = true;
    await view.updateComplete;
    view.readOnly = false;
    await view.updateComplete;
    assert.includeMembers(added, ['wheel', 'touchstart', 'touchmove']);
    view.readOnly = true;
    await view.updateComplete;
    assert.deepEqual(added, []);
    assert.equal(getComputedStyle(canvas).touchAction, 'auto');
  });

  it('passes a pinch on as what it is, a wheel with Control, and does not zoom the page', async () => {
    let isPrevented = false;
    window.addEventListener('wheel', ({defaultPrevented}) => isPrevented = defaultPrevented, {once: true});
    await cdpBurst([turn(100, 50, 0, -20, 2)]);
    assert.deepEqual((await wheels(1)).map(untimed), [{type: 'wheel', x: 100, y: 50, deltaX: 0, deltaY: -20, buttons: 0, modifiers: 2}]);
    assert.isTrue(isPrevented);
    assert.equal(window.visualViewport?.scale, 1);
    assert.deepEqual(connection.of('key'), [], 'nobody pressed Control');
  });

  it('passes on a pinch as Safari on a Mac tells it, and does not zoom the page; while it is read only, that is the page\'s', async () => {
    Object.defineProperty(navigator, 'maxTouchPoints', {configurable: true, value: 0});
    view.readOnly = true;
    await view.updateComplete;
    /** Whether the page may zoom. */
    const pinch = (type: string, scale: number, init: MouseEventInit = {}) => {
      const {left, top} = canvasOf(view).getBoundingClientRect();
      const event = new MouseEvent(type, {bubbles: true, cancelable: true, composed: true, clientX: left + 100, clientY: top + 50, ...init});
      return canvasOf(view).dispatchEvent(Object.assign(event, {scale}));
    };
    assert.isTrue(pinch('gesturestart', 1) && pinch('gesturechange', 3), 'read only');
    view.readOnly = false;
    await view.updateComplete;
    for (const scale of [1.5, 1.2]) {
      assert.isFalse(pinch('gesturestart', 1));
      assert.isFalse(pinch('gesturechange', 2));
      assert.isFalse(pinch('gesturechange', scale, {shiftKey: true}));
    }
    const sent = await wheels(4);
    assert.deepEqual(sent.map(({x, y, deltaX, deltaY, modifiers}) => [x, y, deltaX, Math.round(deltaY), modifiers]), [
      [100, 50, 0, -69, 2], [100, 50, 0, 29, 10], [100, 50, 0, -69, 2], [100, 50, 0, 51, 10],
    ]);
    assert.deepEqual(connection.of('key'), [], 'nobody pressed Control');
    Reflect.deleteProperty(navigator, 'maxTouchPoints');
  });

  it('counts lines and pages in pixels', async () => {
    canvasOf(view).dispatchEvent(synthetic({deltaX: -1, deltaY: 3, deltaMode: WheelEvent.DOM_DELTA_LINE}));
    canvasOf(view).dispatchEvent(synthetic({deltaX: 1, deltaY: -1, deltaMode: WheelEvent.DOM_DELTA_PAGE}));
    assert.deepEqual((await wheels(2)).map(({deltaX, deltaY}) => [deltaX, deltaY]), [[-40, 120], [320, -180]]);
  });

  it('sends nothing from a bar beside the picture, and the page stays there too', async () => {
    view.style.height = '400px';
    await cdpBurst([turn(100, 20, 0, 120), turn(100, 200, 0, 60)]);
    assert.deepEqual((await wheels(1)).map(({y, deltaY}) => [y, deltaY]), [[90, 60]]);
    assert.equal(window.scrollY, 0);
  });

  it('is sent after the move before it', async () => {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    await cdpBurst([['Input.dispatchMouseEvent', {type: 'mouseMoved', x: left + 33, y: top + 44}], turn(33, 44, 0, 120)]);
    await wheels(1);
    const inputs = connection.messages.filter(({type}) => type === 'mouse' || type === 'wheel');
    assert.deepEqual(inputs.map(({type}) => type), ['mouse', 'wheel']);
  });
});
