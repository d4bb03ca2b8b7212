import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {COLOURS, quartersJpeg} from '../support/frames.js';
import {PreviewServer} from '../support/preview-server.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';

describe('the stream, in a straight line', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  it('paints what it gets, is live at the first picture, and acks it', async () => {
    view.src = server.url;
    const connection = await server.connection();
    connection.hello();
    connection.sendFrame(await quartersJpeg());
    const {width, height, frame} = await nextEvent(view, 'frame');
    assert.deepEqual([width, height, frame], [320, 180, 1]);
    assert.equal(view.state, 'live');
    assert.isTrue(view.inputEnabled);
    assert.isTrue(await colourAt(view, 80, 45, COLOURS.topLeft) && await colourAt(view, 240, 135, COLOURS.bottomRight));
    await server.until(() => connection.of('ack').some(({frames}) => frames === 1));
  });

  it('watches a server that only sends frames, and sends it nothing', async () => {
    view.src = server.url;
    const connection = await server.connection();
    connection.sendFrame(await quartersJpeg());
    await toState(view, 'live');
    assert.deepEqual(view.viewport, {width: 320, height: 180});
    connection.sendFrame(await quartersJpeg());
    await nextEvent(view, 'frame');
    assert.deepEqual(connection.messages, []);
  });

  it('comes back when the socket breaks', async () => {
    view.src = server.url;
    const first = await server.connection();
    first.sendFrame(await quartersJpeg());
    await toState(view, 'live');
    first.terminate();
    await toState(view, 'reconnecting');
    const second = await server.connection(1);
    assert.equal(second.url, first.url, 'with the same token');
    second.sendFrame(await quartersJpeg());
    await toState(view, 'live');
    assert.equal(view.getStats().reconnects, 1);
  });
});
