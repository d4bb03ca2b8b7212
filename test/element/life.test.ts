import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
import {canvasOf, nextFrame} from '../support/interactive-view.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const {topRight: GREEN, bottomRight: BLUE} = COLOURS;

describe('the life of a stream', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let green: ArrayBuffer;
  const random = Math.random;

  beforeEach(async () => {
    server = await PreviewServer.start();
    green = await plainJpeg(GREEN);
    view = placeView();
    // The shortest delay for each retry, unless a test waits for something other than a timer.
    Math.random = () => 0;
  });

  afterEach(() => {
    Math.random = random;
    view.remove();
    setVisibility(undefined);
    server.stop();
  });

  /** Sends `hello` and a picture on the newest connection. */
  const live = async (index = server.connections.length - 1, jpeg = green): Promise<Connection> => {
    const connection = await server.connection(index);
    connection.hello();
    const seen = nextEvent(view, 'frame');
    connection.sendFrame(jpeg);
    await seen;
    return connection;
  };
  const goLive = () => {
    view.src = server.url;
    return live(0);
  };
  const closed = (connection: Connection) => server.until(() => connection.closeCode !== undefined);

  for (const [code, state] of [[1000, 'ended'], [4404, 'ended'], [4410, 'ended'], [4400, 'failed'], [4403, 'failed'], [4401, 'expired']] as const) {
    it(`is ${state} by ${code}`, async () => {
      const connection = await goLive();
      connection.close(code, 'a reason');
      await toState(view, state);
      assert.isTrue(view.error?.fatal);
      assert.isFalse(view.inputEnabled);
      assert.isTrue(await colourAt(view, 160, 90, GREEN), 'the last picture stays');
      assert.equal(server.connections.length, 1);
    });
  }

  it('reconnects by every other code, with the same token', async () => {
    await goLive();
    for (const code of [1001, 1011, 1012, 1013, 3000, 4409, 4429, 4999]) {
      const connection = server.connections.at(-1);
      const lost = nextEvent(view, 'error');
      connection?.close(code);
      const {error} = await lost;
      assert.deepEqual([error.code, error.fatal, view.state], ['connection_lost', false, 'reconnecting'], `${code}`);
      await live(server.connections.length);
      assert.equal(view.state, 'live');
      assert.isNull(view.error);
      assert.equal(server.connections.at(-1)?.url, connection?.url);
    }
    assert.equal(view.getStats().reconnects, 8);
  });

  it('is not live by the last frame of a socket that has broken', async () => {
    const connection = await goLive();
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    const seen = nextEvent(view, 'frame');
    connection.sendFrame(await plainJpeg(BLUE, 4000, 3000));
    connection.close(1012);
    await toState(view, 'reconnecting');
    await seen;
    await server.connection(1);
    assert.isTrue(await colourAt(view, 160, 90, BLUE), 'the newest picture there is');
    assert.deepEqual(states, ['reconnecting']);
    await live(1);
    assert.deepEqual(states, ['reconnecting', 'live']);
  });

  it('goes on while the element is moved, also to another document, and again later', async () => {
    const connection = await goLive();
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    const box = document.createElement('div');
    const frame = document.createElement('iframe');
    document.body.prepend(box, frame);
    for (const place of [box, frame.contentDocument?.body ?? box, document.body]) {
      place.append(view);
      await live(0, await plainJpeg(BLUE));
      await view.updateComplete;
    }
    assert.deepEqual(states, []);
    assert.equal(server.connections.length, 1);
    assert.equal(connection.closeCode, undefined);
    box.remove();
    frame.remove();

    view.remove();
    await closed(connection);
    assert.equal(connection.closeCode, 1000);
    assert.equal(view.state, 'idle');
    document.body.append(view);
    await live(1);
    assert.equal(view.state, 'live');
  });

  it('is not cloned', async () => {
    await goLive();
    const clone = document.importNode(view, true);
    document.body.append(clone);
    await clone.updateComplete;
    assert.equal(clone.state, 'idle');
    assert.equal(clone.src, '');
    assert.equal(server.connections.length, 1);
    clone.remove();
    assert.equal(view.state, 'live');
  });

  it('has one socket, whatever is set and called while it connects', async () => {
    const other = await PreviewServer.start();
    view.src = server.url;
    view.connect();
    view.connect();
    await view.updateComplete;
    view.connect();
    await server.connection(0);
    view.src = other.url;
    const connection = await other.connection();
    await server.until(() => server.connections.every(({closeCode}) => closeCode !== undefined));
    connection.sendFrame(green);
    await toState(view, 'live');
    assert.equal(other.connections.length, 1);

    view.src = '';
    await toState(view, 'idle');
    await other.until(() => connection.closeCode === 1000);
    assert.isNull(view.viewport);
    view.src = other.url;
    view.disconnect();
    await view.updateComplete;
    assert.equal(view.state, 'idle', 'what is called last holds');
    view.src = other.url;
    (await other.connection(1)).sendFrame(green);
    await toState(view, 'live');
    assert.equal(other.connections.length, 2);
    other.stop();
  });

  it('removes the picture when another session is set', async () => {
    await goLive();
    const other = await PreviewServer.start();
    view.src = other.url;
    await toState(view, 'connecting');
    const canvas = canvasOf(view);
    assert.isTrue(canvas.width === 0 || getComputedStyle(canvas).opacity === '0', 'at once');
    assert.equal(await view.snapshot().catch(({name}: DOMException) => name), 'InvalidStateError');
    assert.isNull(view.viewport);
    (await other.connection()).sendFrame(await plainJpeg(BLUE, 64, 64));
    await toState(view, 'live');
    assert.deepEqual(view.viewport, {width: 64, height: 64}, 'of a server that names none');
    other.stop();
  });

  it('lets a listener stop or restart it, at any event', async () => {
    const connection = await goLive();
    view.addEventListener('statechange', ({state}) => state === 'reconnecting' && view.disconnect(), {once: true});
    connection.terminate();
    await toState(view, 'idle');
    const after = server.connections.length;
    view.addEventListener('statechange', () => view.disconnect(), {once: true});
    view.connect();
    assert.equal(view.state, 'idle');

    view.connect();
    const refused = await server.connection(after);
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    view.addEventListener('error', () => view.connect(), {once: true});
    refused.close(4403);
    await live(after + 1);
    assert.deepEqual(states, ['failed', 'connecting', 'live']);
    // The server notices a moment later that the socket is closed.
    await server.until(() => refused.closeCode);
    assert.equal(server.connections.filter(({closeCode}) => closeCode === undefined).length, 1, 'one socket');
  });

  it('waits longer and longer, and reconnects at once when the network or the person is back', async () => {
    const connection = await goLive();
    // So long that no timer will reconnect.
    Math.random = () => 10_000;
    const delays = spyOnTimers();
    connection.terminate();
    await toState(view, 'reconnecting');
    for (let failures = 1; failures <= 4; failures++) {
      window.dispatchEvent(new Event('online'));
      (await server.connection(failures)).terminate();
      await nextEvent(view, 'error');
    }
    setVisibility('hidden');
    setVisibility('visible');
    await live(5);
    assert.equal(view.state, 'live');
    const unit = 500 * 10_000;
    assert.deepEqual(delays.stop().filter((delayMs) => delayMs >= unit), [1, 2, 4, 8, 16].map((times) => times * unit));
  });

  it('holds the frames while nobody can see them, and takes a fresh one after that', async () => {
    const connection = await goLive();
    const flow = () => connection.messages.flatMap(({type}) => type === 'pause' || type === 'resume' ? [type] : []);
    const pauses: [hold: () => void, back: () => void][] = [
      [() => setVisibility('hidden'), () => setVisibility('visible')],
      [() => view.setAttribute('paused', ''), () => view.removeAttribute('paused')],
      [() => view.style.setProperty('display', 'none'), () => view.style.removeProperty('display')],
      [() => view.style.setProperty('margin-top', '9000px'), () => view.style.removeProperty('margin-top')],
    ];
    for (const [turn, [hold, back]] of pauses.entries()) {
      hold();
      await server.until(() => flow().length === 2 * turn + 1);
      back();
      await server.until(() => flow().length === 2 * turn + 2);
      await live(0, await plainJpeg(turn % 2 ? BLUE : GREEN));
    }
    assert.deepEqual(flow(), pauses.flatMap(() => ['pause', 'resume']));
    assert.equal(view.state, 'live');
  });

  it('goes on on its socket where a framework carries it over into a new page, as Turbo does with what is permanent', async () => {
    const connection = await goLive();
    const {parentElement: home} = view;
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    let current = document.createElement('div');
    home?.append(current);
    current.append(view);
    try {
      for (let visit = 0; visit < 3; visit++) {
        // The old page is removed with the element. Some promises later, the element is put into the new page.
        const next = document.createElement('div');
        const placeholder = next.appendChild(document.createElement('meta'));
        await (async () => {
          await (async () => current.replaceWith(next))();
        })();
        assert.isFalse(view.isConnected);
        view.replaceWith(view.cloneNode(true));
        placeholder.replaceWith(view);
        current = next;
        await new Promise((resolve) => setTimeout(resolve));
        await live(0, await plainJpeg(visit % 2 ? BLUE : GREEN));
      }
    } finally {
      home?.append(view);
      current.remove();
    }
    assert.deepEqual([states, server.connections.length, connection.closeCode], [[], 1, undefined]);
  });

  it('asks no frames of a new socket while it is paused, and is live once it has answered', async () => {
    view.paused = true;
    view.src = server.url;
    const connection = await server.connection();
    connection.hello();
    await server.until(() => connection.messages.some(({type}) => type === 'pause'));
    await toState(view, 'live');
    view.paused = false;
    await server.until(() => connection.messages.some(({type}) => type === 'resume'));
  });

  it('does not wait for a first picture that was held back after the answer', async () => {
    view.src = server.url;
    const connection = await server.connection();
    connection.hello();
    await server.until(() => connection.of('ping').length > 0);
    assert.equal(view.state, 'connecting');
    view.paused = true;
    await toState(view, 'live');
  });

  it('closes when the page goes into the back/forward cache, and opens again when it comes back', async () => {
    const connection = await goLive();
    window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
    await closed(connection);
    assert.equal(connection.closeCode, 1000);
    window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
    assert.equal(view.state, 'reconnecting');
    const next = await live(1);
    assert.equal(view.state, 'live');
    assert.equal(next.url, connection.url);
  });

  it('pings at once after a sleep, and soon gives up a dead socket', async () => {
    const connection = await goLive();
    const pings = () => connection.of('ping').length;
    connection.send({type: 'pong', t: (await server.until(() => connection.of('ping')[0])).t});
    // An answer after the sleep would count.
    while (view.getStats().roundTripMs === null) await nextFrame();
    const before = pings();
    document.dispatchEvent(new Event('resume'));
    await server.until(() => pings() > before);
    await toState(view, 'stalled');
    await toState(view, 'reconnecting');
    await live(1);
    // Without a sleep before, a dead socket is given up after 15 s.
  }).timeout(12_000);

  it('counts the input that it sends, and nothing else', async () => {
    await goLive();
    view.sendText('a');
    view.pressKey('b');
    assert.equal(view.getStats().inputsSent, 3);
  });
});

function setVisibility(state: DocumentVisibilityState | undefined): void {
  if (state) Object.defineProperty(document, 'visibilityState', {configurable: true, value: state});
  else Reflect.deleteProperty(document, 'visibilityState');
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Every requested delay. */
function spyOnTimers(): {stop(): number[]} {
  const delays: number[] = [];
  const setTimeout = window.setTimeout;
  window.setTimeout = Object.assign((handler: () => void, delayMs = 0) => {
    delays.push(delayMs);
    return setTimeout(handler, Math.min(delayMs, 2 ** 31 - 1));
  }, setTimeout);
  return {
    stop() {
      window.setTimeout = setTimeout;
      return delays;
    },
  };
}
