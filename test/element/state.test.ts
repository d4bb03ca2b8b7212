import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView, LiveViewState} from '../../src/index.js';
import {TRANSITIONS} from '../../src/stream/state.js';
import type {StreamEvent} from '../../src/stream/state.js';
import {plainJpeg} from '../support/frames.js';
import {nextFrame} from '../support/interactive-view.js';
import {nextEvent, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const EVENTS: readonly StreamEvent[] = ['connect', 'disconnect', 'shown', 'quiet', 'heard', 'lost', 'expire', 'end', 'fail'];

/** A stream that can be brought into each state, and on which each event can be caused. */
class Walk {
  readonly view: ChaserLiveView = document.createElement('chaser-live-view');
  readonly server: PreviewServer;
  readonly #jpeg: ArrayBuffer;
  readonly log: string[] = [];

  static async start(): Promise<Walk> {
    return new Walk(await PreviewServer.start(), await plainJpeg('#20c020', 16, 16));
  }

  constructor(server: PreviewServer, jpeg: ArrayBuffer) {
    this.server = server;
    this.#jpeg = jpeg;
    server.answersPings = true;
    // All views are visible, because hidden ones are paused.
    this.view.style.cssText = 'position: fixed; top: 0; width: 100px';
    document.body.append(this.view);
    this.view.addEventListener('statechange', ({state, previousState}) => this.log.push(`${previousState} → ${state}`));
  }

  end(): void {
    this.view.remove();
    this.server.stop();
  }

  get #newest(): Connection {
    const connection = this.server.connections.at(-1);
    if (!connection) throw new Error('There is no connection.');
    return connection;
  }

  /** Leads the stream from `idle` to a state. */
  async lead(state: LiveViewState): Promise<void> {
    if (state === 'idle') return;
    this.view.src = this.server.url;
    (await this.server.connection()).hello();
    if (state === 'connecting') return;
    await this.happen('shown');
    await toState(this.view, 'live');
    switch (state) {
      case 'live':
        return;
      case 'stalled':
        return this.happen('quiet');
      case 'reconnecting':
        await this.happen('lost');
        await toState(this.view, 'reconnecting');
        (await this.server.connection(1)).hello();
        return;
      case 'expired':
        return this.happen('expire');
      case 'ended':
        return this.happen('end');
      case 'failed':
        return this.happen('fail');
    }
  }

  async happen(event: StreamEvent): Promise<void> {
    switch (event) {
      case 'connect':
        this.view.connect();
        return;
      case 'disconnect':
        this.view.disconnect();
        return;
      case 'shown':
        this.#newest.sendFrame(this.#jpeg);
        return;
      case 'quiet':
        while (this.view.getStats().roundTripMs === null) await nextFrame();
        this.server.answersPings = false;
        await toState(this.view, 'stalled');
        return;
      case 'heard':
        this.#newest.send({type: 'cursor', cursor: 'pointer'});
        return;
      case 'lost':
        this.#newest.terminate();
        return;
      case 'expire':
        this.#newest.close(4401, 'token_expired');
        break;
      case 'end':
        this.#newest.close(4410, 'session_ended');
        break;
      case 'fail':
        this.#newest.close(4403, 'forbidden');
        break;
    }
    await nextEvent(this.view, 'statechange');
  }
}

describe('the state table', () => {
  for (const [from, arrows] of Object.entries(TRANSITIONS) as [LiveViewState, Partial<Record<StreamEvent, LiveViewState>>][]) {
    it(`is what happens from ${from}`, async () => {
      await Promise.all(Object.entries(arrows).map(async ([event, to]) => {
        const walk = await Walk.start();
        await walk.lead(from);
        await walk.view.updateComplete;
        assert.equal(walk.view.state, from);
        assert.isTrue(walk.view.matches(`:state(${from})`), `:state(${from})`);
        const before = walk.log.length;
        const changed = nextEvent(walk.view, 'statechange');
        void walk.happen(event as StreamEvent);
        const {state, previousState} = await changed;
        assert.equal(`${previousState}, ${event}: ${state}`, `${from}, ${event}: ${to}`);
        await walk.view.updateComplete;
        assert.deepEqual(walk.log.slice(before), [`${from} → ${to}`]);
        assert.equal(walk.view.error !== null, ['expired', 'ended', 'failed'].includes(state) || event === 'lost', `error after ${event}`);
        walk.end();
      }));
    });
  }

  it('leaves no socket open in a final state', async () => {
    for (const state of ['expired', 'ended', 'failed'] as const) {
      const walk = await Walk.start();
      await walk.lead(state);
      assert.isTrue(walk.view.error?.fatal);
      await walk.server.until(() => walk.server.connections.every(({closeCode}) => closeCode !== undefined));
      // The network and the person come back, and the state stays final.
      window.dispatchEvent(new Event('online'));
      document.dispatchEvent(new Event('visibilitychange'));
      await walk.view.updateComplete;
      assert.equal(walk.server.connections.length, 1);
      assert.equal(walk.view.state, state);
      walk.end();
    }
  });

  it('is the table in the documentation', async () => {
    const text = await (await fetch('/demo/docs/stream.md')).text();
    const rows = text.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('`', '')));
    for (const [state, arrows] of Object.entries(TRANSITIONS)) {
      const row = rows.find(([name]) => name === state);
      assert.deepEqual(row?.slice(1), EVENTS.map((event) => arrows[event] ?? ''), state);
    }
  });
});
