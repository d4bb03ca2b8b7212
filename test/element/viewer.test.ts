import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {HelloMessage} from '../../src/protocol.js';
import {plainJpeg} from '../support/frames.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

describe('one viewer over several sockets', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let frame: ArrayBuffer;

  beforeEach(async () => {
    server = await PreviewServer.start();
    frame = await plainJpeg('#20c020', 320, 180);
    view = placeView();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  async function live(index: number, fields: Partial<HelloMessage>): Promise<Connection> {
    const connection = await server.connection(index);
    connection.hello(fields);
    const painted = nextEvent(view, 'frame');
    connection.sendFrame(frame);
    await painted;
    await server.until(() => connection.of('ack').length > 0);
    return connection;
  }

  it('a reconnect sends continue first, with the newest name', async () => {
    view.src = server.url;
    const first = await live(0, {viewer: 'one'});
    assert.deepEqual(first.of('continue'), []);
    first.terminate();
    await toState(view, 'reconnecting');
    const second = await live(1, {viewer: 'two'});
    assert.deepEqual(second.messages[0], {type: 'continue', viewer: 'one'});
    second.terminate();
    await toState(view, 'reconnecting');
    const third = await live(2, {viewer: 'three'});
    assert.deepEqual(third.messages[0], {type: 'continue', viewer: 'two'});
    assert.lengthOf(third.of('continue'), 1);
  });

  it('so does a renewal, on the socket that stands by', async () => {
    view.tokenProvider = async () => server.token(server.connections.length === 0 ? 2_000 : 300_000);
    view.connect();
    await live(0, {viewer: 'one', expires_at: new Date(Date.now() + 2_000).toISOString()});
    const second = await server.connection(1);
    second.hello({viewer: 'two'});
    await server.until(() => second.messages.length > 0);
    assert.deepEqual(second.messages[0], {type: 'continue', viewer: 'one'});
    const painted = nextEvent(view, 'frame');
    second.sendFrame(frame);
    await painted;
    assert.equal(view.state, 'live');
  });

  it('nothing is continued in another session, or at a server without names', async () => {
    view.src = server.url;
    (await live(0, {viewer: 'one'})).terminate();
    await toState(view, 'reconnecting');
    const other = await live(1, {viewer: 'two', session: 'sess_other'});
    assert.deepEqual(other.of('continue'), []);
    other.terminate();
    await toState(view, 'reconnecting');
    assert.deepEqual((await live(2, {session: 'sess_other'})).of('continue'), []);
  });
});
