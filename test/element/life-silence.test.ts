import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView, LiveViewState} from '../../src/index.js';
import {plainJpeg} from '../support/frames.js';
import {nextFrame} from '../support/interactive-view.js';
import {toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

/** A visible view with a server of its own, and the states that it goes through. */
interface Watch {
  readonly view: ChaserLiveView;
  readonly server: PreviewServer;
  readonly states: LiveViewState[];
  readonly connection: Connection;
}

describe('silence', () => {
  let jpeg: ArrayBuffer;
  const watches: Watch[] = [];

  beforeEach(async () => {
    jpeg = await plainJpeg('#20c020', 32, 18);
  });

  afterEach(() => {
    for (const {view, server} of watches.splice(0)) {
      view.remove();
      server.stop();
    }
  });

  const watch = async (): Promise<Watch> => {
    const server = await PreviewServer.start();
    const view = document.createElement('chaser-live-view');
    view.style.cssText = 'position: fixed; top: 0; width: 100px';
    const states: LiveViewState[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    document.body.append(view);
    view.src = server.url;
    const watch = {view, server, states, connection: await server.connection()};
    watches.push(watch);
    return watch;
  };
  /** When the next socket of the server was opened. */
  const nextSocket = async ({server}: Watch): Promise<number> => {
    await server.connection(1);
    return performance.now();
  };

  it('is a stall after 1.5 s and a break after 15 s where pings were answered, and nothing at all for a bare server', async () => {
    const openedAtMs = performance.now();
    const [dying, mute, bare, still, unanswered] = await Promise.all([watch(), watch(), watch(), watch(), watch()]);
    for (const {server} of [dying, still]) server.answersPings = true;
    for (const {connection} of [dying, still, unanswered]) connection.hello();
    for (const {connection} of [dying, bare, still, unanswered]) connection.sendFrame(jpeg);
    for (const {view} of [dying, bare, still, unanswered]) await toState(view, 'live');
    while (dying.view.getStats().roundTripMs === null) await nextFrame();
    const startMs = performance.now();
    dying.server.answersPings = false;
    await toState(dying.view, 'stalled');
    assert.isAtLeast(performance.now() - startMs, 1400);
    const [deadAtMs, muteAtMs] = await Promise.all([nextSocket(dying), nextSocket(mute)]);
    assert.isAtLeast(deadAtMs - startMs, 14_900);
    assert.isAtLeast(muteAtMs - openedAtMs, 14_900);
    assert.deepEqual(dying.states, ['connecting', 'live', 'stalled', 'reconnecting']);
    assert.deepEqual(mute.states, ['connecting', 'reconnecting']);
    for (const {states} of [bare, still, unanswered]) assert.deepEqual(states, ['connecting', 'live']);
    assert.isAbove(still.connection.of('ping').length, 3);
    assert.isBelow(still.connection.of('ping').length, 15, 'a page that does not change costs a ping every few seconds');
    assert.deepEqual(bare.connection.messages, []);
    assert.isNull(unanswered.view.getStats().roundTripMs);
  }).timeout(60_000);
});
