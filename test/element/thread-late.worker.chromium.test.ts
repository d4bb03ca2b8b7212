import {assert} from 'chai';
import '../../src/index.js';
import {liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';

// Only in Chromium, where a worker's socket does not wait for the page.
describe('painted by a worker', () => {
  it('a message that comes too late for its socket is reported as lost', async () => {
    const server = await PreviewServer.start();
    const {view, connection} = await liveView(server);
    // The worker knows that the socket is closed, and the page has not received that yet.
    connection.close(1012);
    const lost = new Promise<string>((resolve) => view.addEventListener('error', ({error}) => error.code === 'input_lost' && resolve(error.code)));
    const untilMs = performance.now() + 500;
    while (performance.now() < untilMs);
    view.sendText('typed just then');
    assert.equal(await lost, 'input_lost');
    view.remove();
    server.stop();
  });
});
