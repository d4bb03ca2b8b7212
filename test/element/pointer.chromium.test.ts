import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {MouseMessage, MouseMoveMessage} from '../../src/protocol.js';
import {cdpBurst} from '../support/input-commands.js';
import type {CdpCall} from '../support/input-commands.js';
import {canvasOf, goLive, liveView, nextFrame, sinkOf} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {untimed} from '../support/untimed.js';

const isMove = (message: MouseMessage): message is MouseMoveMessage => message.event === 'move';

describe('mouse and pen, as the browser itself sends them', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {thread: 'page'}));
  });

  afterEach(async () => {
    view.remove();
    // In the next test, the browser's mouse must not hold a button or be over the element.
    await cdpBurst([['Input.dispatchMouseEvent', {type: 'mouseMoved', x: 790, y: 590, button: 'none', buttons: 0}]]);
    server.stop();
  });

  /** Sends a mouse event at a point of the picture. */
  function mouse(type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', x: number, y: number, more: object = {}): CdpCall {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    return ['Input.dispatchMouseEvent', {type, x: left + x, y: top + y, ...more}];
  }

  const press = (x: number, y: number, clickCount = 1, button = 'left') => mouse('mousePressed', x, y, {button, clickCount});
  const letGo = (x: number, y: number, clickCount = 1, button = 'left') => mouse('mouseReleased', x, y, {button, clickCount});

  /** The mouse messages, once there are this many of an event. */
  async function after(count: number, event: MouseMessage['event'], on = connection): Promise<MouseMessage[]> {
    await server.until(() => on.of('mouse').filter((message) => message.event === event).length >= count);
    return on.of('mouse');
  }

  const short = (message: MouseMessage) => message.event === 'leave' ? 'leave' : `${message.event} ${message.x},${message.y} ${message.buttons}`;

  it('clicks where the person clicks, and then has the keyboard', async () => {
    await cdpBurst([press(100, 50), letGo(100, 50)]);
    assert.deepEqual((await after(1, 'up')).map(untimed), [
      {type: 'mouse', event: 'down', x: 100, y: 50, button: 0, buttons: 1, modifiers: 0, clickCount: 1},
      {type: 'mouse', event: 'up', x: 100, y: 50, button: 0, buttons: 0, modifiers: 0, clickCount: 1},
    ]);
    assert.equal(view.shadowRoot?.activeElement, sinkOf(view), 'the stream has the keyboard');
  });

  it('sends every point of a fast path, in order, in one message a frame, with one look at the layout and no render', async () => {
    let frame = 0;
    let isOver = false;
    const count = () => {
      frame++;
      if (!isOver) requestAnimationFrame(count);
    };
    count();
    const sentIn: number[] = [];
    const looks: number[] = [];
    let renders = 0;
    view.addController({hostUpdate: () => void renders++});
    const {send} = WebSocket.prototype;
    const {getBoundingClientRect} = Element.prototype;
    WebSocket.prototype.send = function (data) {
      if (String(data).includes('"event":"move"')) sentIn.push(frame);
      send.call(this, data);
    };
    Element.prototype.getBoundingClientRect = function () {
      if (this.className === 'corner') looks.push(frame);
      return getBoundingClientRect.call(this);
    };
    try {
      const points = Array.from({length: 500}, (_, i) => [10 + i / 2, 20 + (i % 100)] as const);
      await cdpBurst(points.map(([x, y]) => mouse('mouseMoved', x, y)));
      const messages = await server.until(() => {
        const moves = connection.of('mouse').filter(isMove);
        return moves.reduce((sum, {path = []}) => sum + path.length + 1, 0) >= 500 && moves;
      });
      assert.deepEqual(messages.flatMap(({path = [], x, y}) => [...path.map(([px, py]) => [px, py]), [x, y]]), points.map(([x, y]) => [x, y]));
      for (const {path = []} of messages) {
        const ages = path.map(([, , age]) => age);
        assert.deepEqual(ages, ages.toSorted((a, b) => b - a), 'the oldest first');
      }
      assert.isBelow(messages.length, 250, 'the points came together');
      assert.equal(new Set(sentIn).size, sentIn.length, 'one message a frame');
      assert.isAtMost(looks.length, 4 * messages.length, 'one look at the four corners a message');
      assert.equal(renders, 0);
    } finally {
      isOver = true;
      WebSocket.prototype.send = send;
      Element.prototype.getBoundingClientRect = getBoundingClientRect;
    }
  });

  it('asks for no frames while nothing moves', async () => {
    await cdpBurst([mouse('mouseMoved', 20, 20), press(20, 20)]);
    await after(1, 'down');
    await nextFrame();
    const {requestAnimationFrame} = window;
    let asked = 0;
    window.requestAnimationFrame = (callback) => {
      asked++;
      return requestAnimationFrame(callback);
    };
    try {
      for (let i = 0; i < 5; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
      assert.equal(asked, 0);
      await cdpBurst([mouse('mouseMoved', 30, 20, {button: 'left', buttons: 1})]);
      await after(2, 'move');
      assert.equal(asked, 1);
    } finally {
      window.requestAnimationFrame = requestAnimationFrame;
    }
  });

  it('sends the last move before a button, always', async () => {
    const held = {button: 'left', buttons: 1};
    await cdpBurst([
      mouse('mouseMoved', 10, 10), mouse('mouseMoved', 20, 10), press(20, 10),
      mouse('mouseMoved', 30, 15, held), mouse('mouseMoved', 40, 15, held), letGo(40, 15), mouse('mouseMoved', 50, 20),
    ]);
    await after(1, 'up');
    const messages = await server.until(() => connection.of('mouse').at(-1)?.event === 'move' && connection.of('mouse'));
    const lines = messages.map(short);
    const [down, up] = [lines.indexOf('down 20,10 1'), lines.indexOf('up 40,15 0')];
    assert.equal(lines[down - 1], 'move 20,10 0');
    assert.equal(lines[up - 1], 'move 40,15 1');
    assert.equal(lines.at(-1), 'move 50,20 0');
    assert.isTrue(messages.slice(down + 1, up).every(({event, buttons}) => event === 'move' && buttons === 1));
  });

  it('goes on with a drag outside the element and the window, to where the button comes up', async () => {
    const held = {button: 'left', buttons: 1};
    await cdpBurst([press(300, 100), mouse('mouseMoved', 400, 300, held)]);
    await server.until(() => connection.of('mouse').map(short).includes('move 400,300 1'));
    await cdpBurst([mouse('mouseMoved', -100, -200, held)]);
    await server.until(() => connection.of('mouse').map(short).includes('move -100,-200 1'));
    await cdpBurst([letGo(-100, -200), mouse('mouseMoved', -120, -200)]);
    await after(1, 'up');
    const lines = (await after(1, 'leave')).map(short);
    assert.deepEqual(lines.slice(-2), ['up -100,-200 0', 'leave']);
    const sent = lines.length;
    await cdpBurst([mouse('mouseMoved', 100, 100)]);
    assert.equal(short((await server.until(() => connection.of('mouse')[sent]))), 'move 100,100 0', 'nothing was sent from outside');
  });

  it('goes on with a drag outside the iframe that it is in', async () => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'position: absolute; left: 100px; top: 200px; width: 400px; height: 250px; border: 0';
    document.body.append(frame);
    frame.contentDocument?.body.append(view);
    await view.updateComplete;
    const {left, top} = canvasOf(view).getBoundingClientRect();
    // Points of the picture, in coordinates of the outer window.
    const at = (type: string, x: number, y: number, more: object): CdpCall => ['Input.dispatchMouseEvent', {type, x: 100 + left + x, y: 200 + top + y, ...more}];
    await cdpBurst([at('mousePressed', 30, 40, {button: 'left', clickCount: 1}), at('mouseMoved', -90, -150, {button: 'left', buttons: 1})]);
    await after(1, 'move');
    await cdpBurst([at('mouseReleased', -90, -150, {button: 'left', clickCount: 1})]);
    assert.deepEqual((await after(1, 'up')).map(short).filter((line) => line !== 'leave'), ['down 30,40 1', 'move -90,-150 1', 'up -90,-150 0']);
    view.remove();
    frame.remove();
  });

  it('has five buttons, one at a time and together', async () => {
    const states = history.length;
    let ownMenus = 0;
    const countMenu = ({defaultPrevented}: Event) => void (ownMenus += defaultPrevented ? 0 : 1);
    window.addEventListener('contextmenu', countMenu);
    const names = ['left', 'middle', 'right', 'back', 'forward'];
    await cdpBurst(names.flatMap((button) => [press(50, 50, 1, button), letGo(50, 50, 1, button)]));
    const single = await after(5, 'up');
    assert.deepEqual(single.map((message) => message.event !== 'leave' && message.event !== 'move' && [message.event, message.button, message.buttons]), [
      ['down', 0, 1], ['up', 0, 0], ['down', 1, 4], ['up', 1, 0], ['down', 2, 2], ['up', 2, 0], ['down', 3, 8], ['up', 3, 0], ['down', 4, 16], ['up', 4, 0],
    ]);
    await cdpBurst([
      press(50, 50), mouse('mousePressed', 50, 50, {button: 'right', buttons: 3, clickCount: 1}),
      mouse('mouseReleased', 50, 50, {button: 'left', buttons: 2, clickCount: 1}), letGo(50, 50, 1, 'right'),
    ]);
    const both = (await after(7, 'up')).slice(10);
    assert.deepEqual(both.map((message) => message.event !== 'leave' && message.event !== 'move' && [message.event, message.button, message.buttons, message.clickCount]), [
      ['down', 0, 1, 1], ['down', 2, 3, 1], ['up', 0, 2, 1], ['up', 2, 0, 1],
    ]);
    assert.equal(history.length, states);
    assert.equal(ownMenus, 0, 'the menu is the session\'s');
    window.removeEventListener('contextmenu', countMenu);
  });

  it('counts clicks as the platform does', async () => {
    await cdpBurst([1, 2, 3].flatMap((count) => [press(50, 50, count), letGo(50, 50, count)]));
    const counts = (await after(3, 'up')).map((message) => 'clickCount' in message && message.clickCount);
    assert.deepEqual(counts, [1, 1, 2, 2, 3, 3]);
  });

  it('passes on a pen\'s pressure, tilt and twist', async () => {
    const pen = {pointerType: 'pen', tiltX: 30, tiltY: -20, twist: 45};
    await cdpBurst([
      mouse('mouseMoved', 40, 40, pen), mouse('mousePressed', 40, 40, {...pen, button: 'left', force: 0.25, clickCount: 1}),
      mouse('mouseMoved', 60, 40, {...pen, button: 'left', buttons: 1, force: 0.75}), mouse('mouseReleased', 60, 40, {...pen, button: 'left', clickCount: 1}),
    ]);
    const messages = (await after(1, 'up')).filter((message) => message.event !== 'leave');
    const shape = {type: 'mouse' as const, pointerType: 'pen' as const, tiltX: 30, tiltY: -20, twist: 45, modifiers: 0};
    assert.deepEqual(untimed(messages[0]), {...shape, event: 'move', x: 40, y: 40, button: -1, buttons: 0, pressure: 0});
    assert.deepEqual(untimed(messages.find(({event}) => event === 'down')), {...shape, event: 'down', x: 40, y: 40, button: 0, buttons: 1, pressure: 0.25, clickCount: 1});
    assert.deepEqual(untimed(messages.findLast(isMove)), {...shape, event: 'move', x: 60, y: 40, button: -1, buttons: 1, pressure: 0.75});
    assert.deepEqual(untimed(messages.at(-1)), {...shape, event: 'up', x: 60, y: 40, button: 0, buttons: 0, pressure: 0, clickCount: 1});
  });

  it('hovers, and says once that the pointer has left: the element, or the picture for a bar', async () => {
    await cdpBurst([mouse('mouseMoved', 20, 20)]);
    await after(1, 'move');
    await cdpBurst([mouse('mouseMoved', 20, 400)]);
    assert.deepEqual((await after(1, 'leave')).map(short), ['move 20,20 0', 'leave']);
    view.style.height = '300px';
    await cdpBurst([mouse('mouseMoved', 20, 150)]);
    assert.deepEqual((await after(2, 'move')).map(short).at(-1), 'move 20,90 0');
    await cdpBurst([mouse('mouseMoved', 20, 20)]);
    await after(2, 'leave');
    await cdpBurst([mouse('mouseMoved', 25, 25), mouse('mouseMoved', 20, 400), mouse('mouseMoved', 30, 150)]);
    assert.deepEqual((await after(3, 'move')).map(short), ['move 20,20 0', 'leave', 'move 20,90 0', 'leave', 'move 30,90 0']);
  });

  it('sends the modifiers that are down', async () => {
    await cdpBurst([mouse('mousePressed', 9, 9, {button: 'left', clickCount: 1, modifiers: 8 + 1}), mouse('mouseReleased', 9, 9, {button: 'left', clickCount: 1, modifiers: 2})]);
    assert.deepEqual((await after(1, 'up')).map(({modifiers}) => modifiers), [9, 2]);
  });

  it('releases a button whose mouseup was missed', async () => {
    await cdpBurst([press(100, 100)]);
    await after(1, 'down');
    await cdpBurst([mouse('mouseMoved', 120, 100, {button: 'none', buttons: 0})]);
    await after(1, 'up');
    await cdpBurst([mouse('mouseMoved', 130, 100, {button: 'none', buttons: 0})]);
    const lines = (await after(1, 'move')).map(short);
    assert.deepEqual(lines, ['down 100,100 1', 'up 120,100 0', 'move 130,100 0']);
    await cdpBurst([press(100, 100)]);
    await after(2, 'down');
    canvasOf(view).dispatchEvent(new PointerEvent('pointerdown', {pointerId: 1, button: 0, buttons: 1, clientX: -1, clientY: -1}));
    assert.deepEqual((await after(2, 'up')).slice(3).map(short), ['down 100,100 1', 'up -9,-9 0'], 'a second press tells of the first one\'s end');
  });

  it('ignores a button that was pressed elsewhere', async () => {
    await cdpBurst([mouse('mousePressed', 100, 300, {button: 'left', clickCount: 1}), mouse('mouseMoved', 100, 100, {button: 'left', buttons: 1}), letGo(100, 100), press(110, 100), letGo(110, 100)]);
    const lines = (await after(1, 'up')).map(short).filter((line) => !line.startsWith('move'));
    assert.deepEqual(lines, ['down 110,100 1', 'up 110,100 0']);
    assert.isTrue(connection.of('mouse').filter(isMove).every(({buttons}) => buttons === 0), 'a hover, no drag');
  });

  it('holds moves back while the network is behind, and loses none of them', async () => {
    Object.defineProperty(WebSocket.prototype, 'bufferedAmount', {configurable: true, get: () => 1e6});
    const own = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'bufferedAmount');
    try {
      // Sent bytes stay in the buffer.
      view.sendText('a');
      await cdpBurst([mouse('mouseMoved', 10, 10), mouse('mouseMoved', 20, 10)]);
      await nextFrame();
      await cdpBurst([mouse('mouseMoved', 30, 10)]);
      await nextFrame();
      await nextFrame();
      await cdpBurst([press(30, 10)]);
      const [move, down] = await after(1, 'down');
      assert.deepEqual(move && isMove(move) && [...(move.path ?? []).map(([x]) => x), move.x], [10, 20, 30]);
      assert.equal(down?.event, 'down', 'a button does not wait');
    } finally {
      if (own) Object.defineProperty(WebSocket.prototype, 'bufferedAmount', own);
    }
  });

  it('takes nothing while it is read only: the page keeps its own mouse', async () => {
    view.readOnly = true;
    await view.updateComplete;
    const prevented: boolean[] = [];
    const note = ({defaultPrevented}: Event) => prevented.push(defaultPrevented);
    for (const type of ['mousedown', 'mouseup', 'contextmenu']) window.addEventListener(type, note);
    await cdpBurst([mouse('mouseMoved', 10, 10), press(10, 10), letGo(10, 10), press(10, 10, 1, 'right'), letGo(10, 10, 1, 'right')]);
    for (const type of ['mousedown', 'mouseup', 'contextmenu']) window.removeEventListener(type, note);
    assert.deepEqual(prevented, [false, false, false, false, false]);
    view.readOnly = false;
    await view.updateComplete;
    await cdpBurst([press(60, 60), letGo(60, 60)]);
    assert.deepEqual((await after(1, 'up')).map(short), ['down 60,60 1', 'up 60,60 0']);
  });

  const endings: readonly [name: string, act: () => void, back: () => void][] = [
    ['releaseInput()', () => view.releaseInput(), () => {}],
    ['readOnly', () => view.readOnly = true, () => view.readOnly = false],
    ['paused', () => view.paused = true, () => view.paused = false],
    ['removal', () => view.remove(), () => document.body.append(view)],
    ['being moved', () => document.body.append(view), () => {}],
    ['disconnect()', () => view.disconnect(), () => view.connect()],
    ['the window\'s blur', () => window.dispatchEvent(new Event('blur')), () => {}],
    ['pagehide', () => window.dispatchEvent(new Event('pagehide')), () => window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))],
    ['focus that goes elsewhere', () => view.shadowRoot?.activeElement instanceof HTMLElement && view.shadowRoot.activeElement.blur(), () => {}],
  ];
  for (const [name, act, back] of endings) {
    it(`lets go by ${name}; the button that is still down is no drag; the next press is one`, async () => {
      await cdpBurst([mouse('mouseMoved', 40, 40), press(40, 40)]);
      await after(1, 'down');
      act();
      await server.until(() => connection.of('release').length > 0);
      const before = connection.of('mouse').length;
      back();
      const now = view.state === 'live' ? connection : await server.connection(1);
      if (now !== connection) await goLive(view, now);
      await view.updateComplete;
      await cdpBurst([mouse('mouseMoved', 80, 40, {button: 'left', buttons: 1}), letGo(80, 40), press(90, 40), letGo(90, 40)]);
      const lines = (await after(1, 'up', now)).slice(now === connection ? before : 0).map(short);
      assert.deepEqual(lines.filter((line) => !line.startsWith('move') && line !== 'leave'), ['down 90,40 1', 'up 90,40 0']);
      assert.isTrue(lines.filter((line) => line.startsWith('move')).every((line) => line.endsWith(' 0')), 'no drag');
      assert.equal(now.of('release').length, now === connection ? 1 : 0, 'and nothing to let go of any more');
    });
  }
});
