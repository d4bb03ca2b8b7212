import {assert} from 'chai';
import '../../src/index.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';

const {topRight: GREEN} = COLOURS;

describe('a canvas that the graphics process has lost and given back empty', () => {
  it('has the picture again, though the session is at rest', async () => {
    const server = await PreviewServer.start();
    const view = placeView({thread: 'page'});
    view.src = server.url;
    const connection = await server.connection();
    const seen = nextEvent(view, 'frame');
    connection.sendFrame(await plainJpeg(GREEN));
    await seen;
    await toState(view, 'live');
    const canvas = view.shadowRoot?.querySelector('canvas');
    if (!canvas) throw new Error('There is no canvas.');
    // Clears the canvas to black, as after a restart of the GPU process.
    canvas.setAttribute('width', String(canvas.width));
    assert.isFalse(await colourAt(view, 10, 10, GREEN));
    canvas.dispatchEvent(new Event('contextrestored'));
    while (!await colourAt(view, 10, 10, GREEN)) await new Promise(requestAnimationFrame);
    view.remove();
    server.stop();
  });
});
