import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {PlayerMessage} from '../../src/protocol.js';
import {plainJpeg} from '../support/frames.js';
import {canvasOf, nextFrame} from '../support/interactive-view.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {times} from '../support/thorough.js';

const RENEWALS = await times(12, 50);
const FRAME_INTERVAL_MS = 1000 / 60;
/** A lifetime so short that there is a renewal every third of a second. */
const TOKEN_LIFE_MS = 700;
/** The number of widths and heights of frames. A frame's size encodes its number in the session's stream, modulo all sizes. */
const WIDTHS = 32;
const HEIGHTS = 16;
const TURN = WIDTHS * HEIGHTS;

/** A session that changes sixty times a second, and sends its frames to every open socket. */
class Session {
  readonly #server: PreviewServer;
  readonly #jpegs: readonly ArrayBuffer[];
  readonly #greeted = new Set<Connection>();
  #timer: ReturnType<typeof setInterval> | undefined;
  /** How many frames the session has had. */
  frames = 0;

  static async start(server: PreviewServer): Promise<Session> {
    const jpegs = await Promise.all(Array.from({length: TURN}, (_, n) => plainJpeg('#20c020', 1 + n % WIDTHS, 1 + Math.floor(n / WIDTHS))));
    return new Session(server, jpegs);
  }

  constructor(server: PreviewServer, jpegs: readonly ArrayBuffer[]) {
    this.#server = server;
    this.#jpegs = jpegs;
    this.#timer = setInterval(() => this.#change(), FRAME_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The number of a painted frame: the possible number that is nearest to the last one. */
  static numberOf({width, height}: {width: number; height: number}, last: number): number {
    const ahead = (width - 1 + (height - 1) * WIDTHS - last % TURN + TURN) % TURN;
    return last + (ahead < TURN / 2 ? ahead : ahead - TURN);
  }

  #change(): void {
    const jpeg = this.#jpegs[++this.frames % TURN];
    for (const connection of this.#server.connections) {
      if (connection.closeCode !== undefined || !jpeg) continue;
      if (!this.#greeted.has(connection)) {
        this.#greeted.add(connection);
        // The token of this connection was requested just before.
        connection.hello({expires_at: new Date(Date.now() + TOKEN_LIFE_MS).toISOString(), server_time: new Date().toISOString()});
      }
      const held = connection.messages.findLast(({type}) => type === 'pause' || type === 'resume')?.type === 'pause';
      if (!held) connection.sendFrame(jpeg);
    }
  }
}

describe('renewal', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let log: {from: Connection; message: PlayerMessage}[];

  beforeEach(async () => {
    server = await PreviewServer.start();
    log = [];
    server.onMessage = (from, message) => log.push({from, message});
    view = placeView();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  it(`takes over ${RENEWALS} times with no gap in frames, and no lost, doubled or disordered input, during a drag`, async () => {
    // The frames have unusual shapes, so `fill` makes every point lie on the picture.
    view.fit = 'fill';
    const session = await Session.start(server);
    const states: string[] = [];
    const seen: number[] = [];
    let minted = 0;
    view.addEventListener('statechange', ({state}) => states.push(state));
    view.addEventListener('frame', (size) => seen.push(Session.numberOf(size, seen.at(-1) ?? 0)));
    view.tokenProvider = async () => server.token(TOKEN_LIFE_MS, `token-${minted++}`);
    await toState(view, 'live');
    await view.updateComplete;
    const hands = new Hands(view);
    while (server.connections.length <= RENEWALS) {
      await hands.drag();
      await nextFrame();
    }
    await hands.finish();
    session.stop();
    await server.until(() => log.some(({message}) => message.type === 'text' && message.text === 'the end'));
    // The last connection may be about to be replaced.
    await server.until(() => server.connections.slice(0, -2).every(({closeCode}) => closeCode === 1000));

    assert.deepEqual(states, ['connecting', 'live'], 'never anything but live');
    assert.equal(view.getStats().reconnects, 0);
    assert.isAtMost(minted - server.connections.length, 1, 'one token each');
    // The last frames may still be decoded.
    while (inFlight(view) > 0) await nextFrame();
    assertFrames(seen, view, server.connections.length - 1);
    assertTyped(log, hands);
    // If a drag takes longer than the last part of a token's lifetime, some buttons are released.
    if (!log.some(({message}) => message.type === 'release')) assertDrags(log, hands);
  }).timeout(60_000);

  it('waits while a button is down, and lets go of it only when the token is about to run out', async () => {
    const lifeMs = 2000;
    view.tokenProvider = async () => server.token(300_000);
    const first = await server.connection();
    const greetedAtMs = performance.now();
    first.hello({expires_at: new Date(Date.now() + lifeMs).toISOString(), server_time: new Date().toISOString()});
    const jpeg = await plainJpeg('#20c020');
    first.sendFrame(jpeg);
    await toState(view, 'live');
    const hands = new Hands(view);
    hands.press();
    const second = await server.connection(1);
    // A token this short is renewed at half of its lifetime.
    assert.isAbove(performance.now() - greetedAtMs, lifeMs * 0.75);
    assert.isEmpty(first.of('release'));
    second.hello();
    second.sendFrame(jpeg);
    await server.until(() => first.closeCode === 1000);
    assert.lengthOf(first.of('release'), 1);
  });

  it('keeps a renewed token for the next reconnect, and mints no more than it needs', async () => {
    let minted = 0;
    view.tokenProvider = async () => server.token(minted === 0 ? 1000 : 300_000, `token-${minted++}`);
    const first = await server.connection();
    first.hello({expires_at: new Date(Date.now() + 1000).toISOString(), server_time: new Date().toISOString()});
    const jpeg = await plainJpeg('#20c020');
    first.sendFrame(jpeg);
    await toState(view, 'live');
    const second = await server.connection(1);
    second.hello();
    assert.equal(first.closeCode, undefined, 'not before the first frame of the second');
    second.sendFrame(jpeg);
    await server.until(() => first.closeCode === 1000);
    second.terminate();
    const third = await server.connection(2);
    assert.equal(third.url, second.url);
    assert.notEqual(third.url, first.url);
    assert.equal(minted, 2);
  });

  it('goes on with the old socket when the new one fails, and takes the new one when the old one breaks', async () => {
    let minted = 0;
    view.tokenProvider = async () => server.token(60_000, `token-${minted++}`);
    const soon = () => ({expires_at: new Date(Date.now() + 1500).toISOString(), server_time: new Date().toISOString()});
    const jpeg = await plainJpeg('#20c020');
    const first = await server.connection();
    first.hello(soon());
    first.sendFrame(jpeg);
    await toState(view, 'live');
    (await server.connection(1)).close(1013);
    const third = await server.connection(2);
    assert.equal(view.state, 'live');
    first.sendFrame(jpeg);
    await nextEvent(view, 'frame');
    first.terminate();
    await toState(view, 'reconnecting');
    third.hello();
    third.sendFrame(jpeg);
    await toState(view, 'live');
    assert.equal(server.connections.length, 3, 'no fourth one');
  });
});

/** A person at the canvas who drags, with a text for each point of a drag. */
class Hands {
  readonly #view: ChaserLiveView;
  readonly #canvas: HTMLCanvasElement;
  readonly #expected: number[] = [];
  #words = 0;
  drags = 0;

  constructor(view: ChaserLiveView) {
    this.#view = view;
    this.#canvas = canvasOf(view);
  }

  /** All points, in order. */
  get places(): readonly number[] {
    return this.#expected;
  }

  get words(): readonly string[] {
    return [...Array.from({length: this.#words}, (_, word) => `${word}`), 'the end'];
  }

  press(): void {
    this.#pointer('pointerdown', 0, 1);
  }

  async drag(): Promise<void> {
    this.drags++;
    this.press();
    for (let step = 1; step <= 5; step++) {
      this.#pointer('pointermove', -1, 1);
      this.#view.sendText(`${this.#words++}`);
      await nextFrame();
    }
    this.#pointer('pointerup', 0, 0);
    this.#view.sendText(`${this.#words++}`);
  }

  async finish(): Promise<void> {
    await nextFrame();
    this.#view.sendText('the end');
  }

  #pointer(type: string, button: number, buttons: number): void {
    const x = this.#expected.push(this.#expected.length % 300) % 300;
    this.#expected[this.#expected.length - 1] = x;
    const {left, top} = this.#canvas.getBoundingClientRect();
    this.#canvas.dispatchEvent(new PointerEvent(type, {
      pointerType: 'mouse', pointerId: 1, isPrimary: true, button, buttons, clientX: left + x + 0.5, clientY: top + 20, bubbles: true,
    }));
  }
}

/** How many received frames are neither painted nor dropped yet. */
function inFlight(view: ChaserLiveView): number {
  const {framesReceived, framesPainted, framesDropped} = view.getStats();
  return framesReceived - framesPainted - framesDropped;
}

function assertFrames(seen: readonly number[], view: ChaserLiveView, takeovers: number): void {
  const {framesReceived, framesPainted, framesDropped} = view.getStats();
  assert.equal(framesReceived, framesPainted + framesDropped);
  assert.equal(framesPainted, seen.length);
  const first = seen[0] ?? 0;
  const last = seen.at(-1) ?? 0;
  // Two sockets have no common order, so the first frame of the new one may be older than the last one of the old.
  const steppedBack = seen.filter((number, index) => number < (seen[index - 1] ?? 0)).length;
  assert.isAtMost(steppedBack, takeovers, 'none after a newer one of the same socket');
  // A new socket begins with the newest frame, which may have arrived on the old one already.
  const distinct = new Set(seen).size;
  assert.isAtMost(seen.length - distinct, takeovers);
  // A frame that was not painted was dropped for a newer one, or was still on the old socket when the new one had a newer frame.
  const missing = last - first + 1 - distinct;
  assert.isAtMost(missing, framesDropped + 2 * takeovers);
}

function assertTyped(log: readonly {message: PlayerMessage}[], {words}: Hands): void {
  const typed = log.flatMap(({message}) => message.type === 'text' ? [message.text] : []);
  assert.deepEqual(typed, [...words]);
}

/** Checks that every point of every drag arrived once and in order, and each drag on one socket. */
function assertDrags(log: readonly {from: Connection; message: PlayerMessage}[], {places, drags}: Hands): void {
  const arrived: number[] = [];
  let socket: Connection | undefined;
  let wholeDrags = 0;
  for (const {from, message} of log) {
    if (message.type !== 'mouse' || message.event === 'leave') continue;
    if (message.event === 'move') arrived.push(...(message.path ?? []).map(([x]) => x));
    arrived.push(message.x);
    if (message.event === 'down') socket = from;
    assert.isTrue(from === socket, 'the socket of its drag');
    if (message.event === 'up') wholeDrags++;
  }
  assert.deepEqual(arrived.map(Math.floor), [...places]);
  assert.equal(wholeDrags, drags);
}
