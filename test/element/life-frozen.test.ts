import {assert} from 'chai';
import '../../src/index.js';
import {plainJpeg} from '../support/frames.js';
import {toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import {Sleeper} from '../support/sleep.js';

describe('a phone that slept an hour', () => {
  it('trusts neither its late timers nor its old token, and pings at once', async () => {
    const server = await PreviewServer.start();
    server.answersPings = true;
    const sleeper = new Sleeper();
    const view = document.createElement('chaser-live-view');
    // A worker's clocks cannot be replaced.
    view.thread = 'page';
    const states: string[] = [];
    let minted = 0;
    view.addEventListener('statechange', ({state}) => states.push(state));
    document.body.append(view);
    view.tokenProvider = async () => server.token(300_000, `token-${minted++}`);
    const connection = await server.connection();
    const jpeg = await plainJpeg('#20c020');
    connection.hello({server_time: new Date().toISOString()});
    connection.sendFrame(jpeg);
    await toState(view, 'live');
    await server.until(() => view.getStats().roundTripMs !== null);
    assert.equal(minted, 1);
    const pings = connection.of('ping').length;
    sleeper.sleep(3_600_000);
    assert.equal(view.state, 'live', 'late timers say nothing of the server');
    await server.until(() => connection.of('ping').length > pings);
    // The token has expired meanwhile, so a new one is requested at once, for a new socket.
    const next = await server.connection(1);
    assert.equal(minted, 2);
    connection.close(4401, 'token_expired');
    next.hello();
    next.sendFrame(jpeg);
    await server.until(() => next.of('ack').length > 0);
    await toState(view, 'live');
    assert.notInclude(states, 'stalled');
    assert.notInclude(states, 'expired');
    assert.equal(server.connections.length, 2);
    view.remove();
    sleeper.stop();
    server.stop();
  });
});
