import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {cdp} from '../support/input-commands.js';
import {canvasOf, liveView, sinkOf} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const mouse = (type: string, x: number, y: number, more: object = {}) => cdp('Input.dispatchMouseEvent', {type, x, y, ...more});

describe('mouse and pen, by the browser itself', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
  });

  afterEach(() => {
    view.remove();
    server.stop();
    assert.deepEqual(server.problems, []);
  });

  it('clicks where the person clicks', async () => {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    await mouse('mouseMoved', left + 100, top + 50);
    await mouse('mousePressed', left + 100, top + 50, {button: 'left', clickCount: 1});
    await mouse('mouseReleased', left + 100, top + 50, {button: 'left', clickCount: 1});
    await server.until(() => connection.of('mouse').some(({event}) => event === 'up'));
    assert.deepEqual(connection.of('mouse').filter(({event}) => event !== 'move'), [
      {type: 'mouse', event: 'down', x: 100, y: 50, button: 0, buttons: 1, modifiers: 0, clickCount: 1},
      {type: 'mouse', event: 'up', x: 100, y: 50, button: 0, buttons: 0, modifiers: 0, clickCount: 1},
    ]);
    assert.equal(view.shadowRoot?.activeElement, sinkOf(view), 'the stream has the keyboard');
  });
});
