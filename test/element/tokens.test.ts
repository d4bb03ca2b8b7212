import {assert} from 'chai';
import '../../src/index.js';
import {LiveViewError} from '../../src/index.js';
import type {ChaserLiveView, LiveViewState, PreviewToken} from '../../src/index.js';
import {CLOCK_TRUST, ServerClock} from '../../src/stream/server-clock.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import type {MintAnswer} from '../support/preview-server-plugin.js';

const HOUR_MS = 3_600_000;
const {topRight: GREEN} = COLOURS;

describe('tokens', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let green: ArrayBuffer;
  let errors: LiveViewError[];
  const {random} = Math;
  const {now} = Date;

  beforeEach(async () => {
    server = await PreviewServer.start();
    green = await plainJpeg(GREEN);
    errors = [];
    view = placeView();
    view.addEventListener('error', ({error}) => errors.push(error));
    Math.random = () => 0;
  });

  afterEach(() => {
    Math.random = random;
    Date.now = now;
    view.remove();
    for (const error of errors) assert.notInclude(`${error.message} ${error.stack} ${String(error.cause)}`, 'secret', 'no token in an error');
    server.stop();
  });

  const ok = (name = 'secret-token', lifeMs = 300_000): MintAnswer => ({status: 200, body: server.token(lifeMs, name)});
  const live = async (index: number): Promise<Connection> => {
    const connection = await server.connection(index);
    const seen = nextEvent(view, 'frame');
    connection.sendFrame(green);
    await seen;
    assert.equal(view.state, 'live');
    return connection;
  };

  it('are minted once, and kept over reconnects, disconnect() and connect()', async () => {
    view.tokenEndpoint = server.endpoint;
    (await server.mint()).answer(ok());
    (await live(0)).terminate();
    (await live(1)).close(1012);
    await live(2);
    view.disconnect();
    view.connect();
    await live(3);
    view.remove();
    await toState(view, 'idle');
    document.body.append(view);
    await live(4);
    assert.equal(server.mints.length, 1);
    assert.equal(new Set(server.connections.map(({url}) => url)).size, 1);
    assert.closeTo(view.expiresAt?.getTime() ?? 0, Date.now() + 300_000, 60_000);
  });

  it('are minted anew when they are refused, and the page is told why', async () => {
    const reasons: string[] = [];
    view.tokenProvider = async ({reason, signal}) => {
      assert.isFalse(signal.aborted);
      return server.token(300_000, `secret-${reasons.push(reason)}`);
    };
    (await live(0)).close(4401, 'token_expired');
    await live(1);
    assert.deepEqual(reasons, ['connect', 'resume']);
    assert.include(server.connections[1]?.url, 'secret-2');
    assert.deepEqual(errors.map(({code, fatal}) => `${code} ${fatal}`), ['connection_lost false']);

    // If every token is refused, three new ones are requested.
    server.connections[1]?.close(4401, 'token_invalid');
    for (const index of [2, 3, 4]) (await server.connection(index)).close(4401, 'token_invalid');
    await toState(view, 'expired');
    assert.equal(reasons.length, 5);
    assert.equal(view.error?.code, 'token_expired');
  });

  it('that cannot be minted expire, and a new one resumes', async () => {
    view.previewToken = server.token(300_000, 'secret-1');
    (await live(0)).close(4401, 'token_expired');
    await toState(view, 'expired');
    assert.isTrue(await colourAt(view, 160, 90, GREEN));
    view.previewToken = server.token(300_000, 'secret-2');
    await view.updateComplete;
    assert.equal(view.state, 'connecting');
    assert.isTrue(await colourAt(view, 160, 90, GREEN), 'the same session: its picture stays');
    const connection = await live(1);
    assert.include(connection.url, 'secret-2');

    // The person presses Resume without a new token, so the page's token is tried again.
    connection.close(4401, 'token_expired');
    await toState(view, 'expired');
    view.connect();
    (await server.connection(2)).close(4401, 'token_expired');
    await toState(view, 'expired');
    view.tokenProvider = async () => server.token(300_000, 'secret-3');
    await live(3);
    assert.include(server.connections[3]?.url, 'secret-3');
  });

  it('are asked for as the endpoint answers', async () => {
    const error = (status: number, code: string): MintAnswer => ({status, body: {error: {code, message: 'secret'}}});
    const answers: [MintAnswer, LiveViewState][] = [
      [error(404, 'session_not_found'), 'ended'], [error(409, 'session_not_open'), 'ended'], [error(401, 'unauthorized'), 'failed'],
      [error(403, 'forbidden'), 'failed'], [{status: 200, body: {url: 'wss://secret', expires_at: 5}}, 'failed'],
      [{status: 200, body: {...server.token(1, 'secret'), url: 'https://secret.example/'}}, 'failed'],
    ];
    for (const [index, [answer, state]] of answers.entries()) {
      if (index === 0) view.tokenEndpoint = server.endpoint;
      else view.connect();
      (await server.mint(index)).answer(answer);
      await toState(view, state);
      assert.isTrue(view.error?.fatal);
    }
    view.connect();
    const asked = server.mints.length;
    for (const [retry, answer] of [error(409, 'session_not_ready'), error(500, 'oops'), error(503, 'oops')].entries()) {
      (await server.mint(asked + retry)).answer(answer);
      assert.equal(view.state, 'connecting');
    }
    (await server.mint(asked + 3)).answer(ok());
    await live(0);
    assert.isNull(view.error);
  });

  it('are read from at most 1 MiB of an answer, and a longer answer is an error', async () => {
    const {fetch} = window;
    const piece = new TextEncoder().encode('secret'.repeat(10_000));
    let readBytes = 0;
    const cancelled = new Promise<void>((resolve) => {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          readBytes += piece.length;
          // The answer ends at some point, because otherwise an element that reads everything would hang the test.
          if (readBytes > 64 * 1024 * 1024) controller.close();
          else controller.enqueue(piece);
        },
        cancel: () => resolve(),
      });
      window.fetch = async () => new Response(body);
    });
    try {
      view.tokenEndpoint = server.endpoint;
      await toState(view, 'failed');
    } finally {
      window.fetch = fetch;
    }
    assert.equal(view.error?.message, 'The answer of the token endpoint is longer than 1 MiB.');
    await cancelled;
    assert.isBelow(readBytes, 2 * 1024 * 1024);
  });

  it('are not asked for before Retry-After, not even when the network is back', async () => {
    view.tokenEndpoint = server.endpoint;
    const refused = nextEvent(view, 'error');
    (await server.mint()).answer({status: 429, body: {}, headers: {'retry-after': '1'}});
    const {error} = await refused;
    const startMs = performance.now();
    assert.deepEqual([error.code, error.fatal], ['token_request_failed', false]);
    window.dispatchEvent(new Event('online'));
    (await server.mint(1)).answer(ok());
    assert.isAtLeast(performance.now() - startMs, 900);
    await live(0);
  });

  it('are not requested any more after disconnect()', async () => {
    const {signal, give} = await new Promise<{signal: AbortSignal; give: (token: PreviewToken) => void}>((called) => {
      view.tokenProvider = ({signal}) => new Promise((give) => called({signal, give}));
    });
    view.disconnect();
    assert.isTrue(signal.aborted);
    give(server.token(300_000));
    view.tokenProvider = null;
    view.src = server.url;
    await live(0);
    assert.equal(server.connections.length, 1);
  });

  it('come from a provider, which may fail, and may throw a fatal error', async () => {
    let calls = 0;
    view.tokenProvider = async () => {
      if (++calls < 3) throw new Error('secret');
      return server.token(300_000);
    };
    await live(0);
    assert.deepEqual(errors.map(({code, fatal}) => `${code} ${fatal}`), Array(2).fill('token_request_failed false'));
    // Another function changes nothing, because frameworks create one at each render.
    view.tokenProvider = async () => {
      throw new LiveViewError('session_ended', 'Sold out.', {fatal: true});
    };
    await view.updateComplete;
    assert.equal(view.state, 'live');
    server.connections[0]?.close(4401);
    await toState(view, 'failed');
    assert.equal(view.error?.message, 'Sold out.');
    view.tokenProvider = async () => server.token(300_000);
    await view.updateComplete;
    assert.equal(view.state, 'failed');
    view.connect();
    await live(1);
  });

  it('need a way to request them, and a permitted address', async () => {
    view.connect();
    await toState(view, 'failed');
    assert.equal(view.error?.code, 'token_request_failed');
    for (const src of ['https://secret.example/', 'javascript:secret()', '/secret', 'secret']) {
      view.src = src;
      await nextEvent(view, 'error');
      assert.equal(view.state, 'failed');
      assert.equal(view.error?.code, 'url_refused', src);
    }
    view.src = server.url.replace('127.0.0.1', 'localhost');
    await live(0);
  });

  for (const [clock, skewMs] of [['right', 0], ['an hour fast', HOUR_MS], ['an hour slow', -HOUR_MS], ['years off', 1e11]] as const) {
    it(`are renewed in time by a clock that is ${clock}`, async () => {
      Date.now = () => now() + skewMs;
      const lifeMs = 4000;
      const token = (name: string): MintAnswer => ({
        status: 200, body: {...server.token(0, name), expires_at: new Date(now() + lifeMs).toISOString()},
      });
      const states: string[] = [];
      view.addEventListener('statechange', ({state}) => states.push(state));
      view.tokenEndpoint = server.endpoint;
      (await server.mint()).answer(token('secret-1'));
      const mintedAtMs = performance.now();
      const connection = await live(0);
      (await server.mint(1)).answer(token('secret-2'));
      const ageMs = performance.now() - mintedAtMs;
      // The endpoint's `Date` has whole seconds, and the page may be slow. A renewal that is much too early is also wrong.
      assert.isAbove(ageMs, lifeMs / 4);
      assert.isBelow(ageMs, lifeMs);
      (await server.connection(1)).sendFrame(green);
      await server.until(() => connection.closeCode === 1000);
      assert.deepEqual(states, ['connecting', 'live']);
      view.disconnect();
    });
  }

  describe('the server\'s clock', () => {
    const clockAt = (skewMs: number, serverMs = 1_800_000_000_000): [clock: ServerClock, freshAtMs: number] => {
      Date.now = () => serverMs + skewMs;
      return [new ServerClock(), performance.now()];
    };
    const serverMs = 1_800_000_000_000;

    it('is the viewer\'s clock while that is plausible, or else a careful guess', () => {
      for (const [skewMs, lifeMs, expectedMs] of [
        [0, 300_000, 300_000], [1000, 300_000, 299_000], [HOUR_MS, 20_000, 20_000], [-HOUR_MS, 20_000, 20_000], [-HOUR_MS, 300_000, 60_000],
        [HOUR_MS, 5000, 60_000], [1e11, 300_000, 60_000],
      ] as const) {
        const [clock, freshAtMs] = clockAt(skewMs);
        assert.closeTo(clock.untilMs(serverMs + lifeMs, freshAtMs), expectedMs, 1000, `${skewMs} off, a life of ${lifeMs}`);
      }
    });

    it('is the most reliable time that is known, and never goes back', () => {
      const [clock] = clockAt(HOUR_MS);
      const until = (laterMs: number) => clock.untilMs(serverMs + laterMs, performance.now());
      clock.learn(serverMs, CLOCK_TRUST.session);
      clock.learn(serverMs - 5000, CLOCK_TRUST.responseDate);
      clock.learn(NaN, CLOCK_TRUST.session);
      assert.closeTo(until(300_000), 300_000, 1000);
      clock.learn(serverMs - 5000, CLOCK_TRUST.session);
      assert.closeTo(until(300_000), 305_000, 1000, 'as good a source, and newer');
      clock.learn(serverMs + HOUR_MS, CLOCK_TRUST.responseDate);
      assert.closeTo(until(HOUR_MS + 300_000), 300_000, 1000, 'this device has slept for an hour');
      clock.learn(serverMs + 2 * HOUR_MS, CLOCK_TRUST.expiry);
      assert.closeTo(until(HOUR_MS + 300_000), 300_000, 1000, 'a token is refused, whatever for');
      clock.check(serverMs + 300_000);
      assert.closeTo(until(300_000), 60_000, 1000, 'a new token has not run out');
      clock.learn(serverMs, CLOCK_TRUST.expiry);
      assert.closeTo(until(300_000), 300_000, 1000, 'better than nothing');
      clock.check(serverMs + 5000);
      assert.closeTo(until(300_000), 60_000, 1000, 'no server mints tokens that live for seconds');
    });
  });
});
