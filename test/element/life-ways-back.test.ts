import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
import {nextFrame} from '../support/interactive-view.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {TcpProxy} from '../support/tcp-proxy.js';

const {topRight: GREEN, bottomRight: BLUE} = COLOURS;

describe('ways back to a live view', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let green: ArrayBuffer;
  const {random} = Math;

  beforeEach(async () => {
    server = await PreviewServer.start();
    green = await plainJpeg(GREEN);
    view = placeView();
  });

  afterEach(() => {
    Math.random = random;
    view.remove();
    server.stop();
  });

  /** Sends `hello` and a picture on the nth connection. */
  const live = async (index: number, jpeg = green): Promise<Connection> => {
    const connection = await server.connection(index);
    connection.hello();
    const seen = nextEvent(view, 'frame');
    connection.sendFrame(jpeg);
    await seen;
    assert.equal(view.state, 'live');
    return connection;
  };
  const goLive = () => {
    view.src = server.url;
    return live(0);
  };

  /** A frame that appears and disappears like a popup or picture-in-picture window. */
  const openWindow = (): HTMLIFrameElement => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    frame.contentDocument?.body.append(view);
    return frame;
  };

  it('is live again when a window that goes away gives it back as it goes', async () => {
    const connection = await goLive();
    const frame = openWindow();
    await view.updateComplete;
    frame.contentWindow?.addEventListener('pagehide', () => document.body.append(view), {once: true});
    frame.remove();
    await server.until(() => connection.closeCode !== undefined);
    await live(1, await plainJpeg(BLUE));
    assert.isTrue(view.inputEnabled);
    assert.isTrue(await colourAt(view, 160, 90, BLUE));
    assert.lengthOf(server.connections, 2);
  });

  it('does not say that it is live in a window that has gone, and is again once it is out of there', async () => {
    const connection = await goLive();
    const frame = openWindow();
    await view.updateComplete;
    frame.contentWindow?.dispatchEvent(new PageTransitionEvent('pagehide'));
    await server.until(() => connection.closeCode !== undefined);
    assert.equal(view.state, 'reconnecting');
    assert.isFalse(view.inputEnabled);
    assert.isNull(view.error, 'nothing is wrong');
    document.body.append(view);
    frame.remove();
    await live(1);
    view.remove();
    await toState(view, 'idle');
    document.body.append(view);
    await live(2);
    assert.lengthOf(server.connections, 3);
  });

  it('a link that holds everything back is a stall, and a cut link is reconnected', async () => {
    const proxy = await TcpProxy.to(server.url);
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    server.answersPings = true;
    view.src = proxy.url;
    const connection = await live(0);
    while (view.getStats().roundTripMs === null) await nextFrame();
    await proxy.set({isHeld: true});
    connection.sendFrame(green);
    await toState(view, 'stalled');
    assert.isTrue(view.getStats().framesReceived === 1);
    await proxy.set({isHeld: false});
    await toState(view, 'live');
    await server.until(() => connection.of('ack').at(-1)?.frames === 2);
    await proxy.cut();
    await toState(view, 'reconnecting');
    await live(1);
    assert.deepEqual(states, ['connecting', 'live', 'stalled', 'live', 'reconnecting', 'live']);
    await proxy.close();
  });

  it('tries again at once when the network is back, where an attempt was never answered', async () => {
    // No timer will reconnect.
    Math.random = () => 10_000;
    view.src = server.url;
    const hung = await server.connection(0);
    await aSecond();
    window.dispatchEvent(new Event('online'));
    await live(1);
    await server.until(() => hung.closeCode !== undefined);
  });

  it('asks for a token again when the network is back, where the request was never answered', async () => {
    Math.random = () => 10_000;
    view.tokenEndpoint = server.endpoint;
    await server.mint(0);
    await aSecond();
    window.dispatchEvent(new Event('online'));
    (await server.mint(1)).answer({status: 200, body: server.token(300_000)});
    await live(0);
    (await server.mint(0)).answer({status: 200, body: server.token(300_000, 'secret-late')});
    assert.lengthOf(server.connections, 1);
  });

  it('does not replace an attempt that is new, or was answered', async () => {
    view.src = server.url;
    const connection = await server.connection(0);
    window.dispatchEvent(new Event('online'));
    connection.hello();
    await server.until(() => connection.of('ping').length > 0);
    await aSecond();
    window.dispatchEvent(new Event('online'));
    await server.until(() => connection.of('ping').length > 1);
    await live(0);
    assert.lengthOf(server.connections, 1);
  });

  it('keeps its socket while a framework sets the same token as a new object again and again', async () => {
    const token = server.token(300_000);
    view.previewToken = token;
    await live(0);
    for (let renders = 0; renders < 60; renders++) {
      view.previewToken = {...token, expires_at: new Date(Date.now() + 300_000 + renders).toISOString()};
      await view.updateComplete;
    }
    assert.equal(view.state, 'live');
    assert.lengthOf(server.connections, 1);
  });

  it('is not started over by a render that sets the same token as a new object, after the end', async () => {
    const token = server.token(300_000);
    let last = token;
    view.previewToken = last;
    (await live(0)).close(4403);
    await toState(view, 'failed');
    for (let renders = 0; renders < 10; renders++) {
      last = {...token};
      view.previewToken = last;
      await view.updateComplete;
    }
    assert.equal(view.state, 'failed');
    view.previewToken = last;
    await live(1);
  });

  it('has a limit, whichever way the page starts it over and over', async () => {
    const starts: [string, () => void][] = [
      ['connect()', () => view.connect()],
      ['src', () => view.src = `${server.url}&n=${performance.now()}`],
      ['previewToken', () => view.previewToken = server.token(300_000, `secret-${performance.now()}`)],
    ];
    view.src = server.url;
    for (const [name, start] of starts) {
      const [before, startMs] = [server.connections.length, performance.now()];
      for (let times = 0; times < 50; times++) {
        start();
        await view.updateComplete;
        await new Promise((resolve) => setTimeout(resolve));
      }
      // Ten at once, and then one a second. A slow machine takes seconds.
      assert.isAtMost(server.connections.length - before, 12 + (performance.now() - startMs) / 1000, name);
    }
    // The last start may still be delayed. Its connection replaces the one before.
    for (let index = server.connections.length - 1; view.state !== 'live'; index++) {
      const connection = await server.connection(index);
      connection.hello();
      connection.sendFrame(green);
      await server.until(() => view.state === 'live' || connection.closeCode !== undefined);
    }
  });
});

/** For things that must have a certain age. */
function aSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1100));
}
