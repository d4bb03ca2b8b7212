import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {MouseMessage} from '../../src/protocol.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {onPlatform} from '../support/on-platform.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

/** The order and members of events are those of the named browsers, as reported by users. */
describe('a press, whatever a browser says of it', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let restorePlatform = () => {};

  async function start(platform = navigator.platform): Promise<void> {
    restorePlatform = onPlatform(platform);
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
  }

  afterEach(() => {
    restorePlatform();
    view.remove();
    server.stop();
  });

  function pointer(type: string, init: PointerEventInit): void {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    canvasOf(view).dispatchEvent(new PointerEvent(type, {
      bubbles: true, composed: true, cancelable: true, pointerType: 'mouse', pointerId: 1, isPrimary: true, ...init,
      clientX: left + (init.clientX ?? 100), clientY: top + (init.clientY ?? 50),
    }));
  }

  function mouse(type: string, init: MouseEventInit): void {
    canvasOf(view).dispatchEvent(new MouseEvent(type, {bubbles: true, composed: true, cancelable: true, detail: 1, ...init}));
  }

  const short = (message: MouseMessage) => message.event === 'leave' ? 'leave'
    : `${message.event} ${message.x} button ${message.button} of ${message.buttons}${'clickCount' in message ? ` x${message.clickCount}` : ''} +${message.modifiers}`;

  async function afterUps(count: number): Promise<string[]> {
    await server.until(() => connection.of('mouse').filter(({event}) => event === 'up').length >= count);
    return connection.of('mouse').map(short);
  }

  for (const [button, bit] of [[0, 1], [2, 2], [1, 4]] as const) {
    it(`is one of button ${button} where the tap of a Mac's trackpad has no buttons (Safari, Firefox)`, async () => {
      await start();
      pointer('pointerdown', {button, buttons: 0});
      mouse('mousedown', {button, buttons: 0, detail: 2});
      pointer('pointermove', {button: -1, buttons: 0, clientX: 101});
      pointer('pointerup', {button, buttons: 0, clientX: 102});
      assert.deepEqual(await afterUps(1), [
        `down 100 button ${button} of ${bit} x2 +0`, `move 101 button -1 of ${bit} +0`, `up 102 button ${button} of 0 x2 +0`,
      ]);
      // The next press is an ordinary one, whose missed release is noticed.
      pointer('pointerdown', {button: 0, buttons: 1});
      mouse('mousedown', {button: 0, buttons: 1});
      pointer('pointermove', {button: -1, buttons: 0, clientX: 120});
      assert.equal((await afterUps(2)).at(-1), 'up 120 button 0 of 0 x1 +0');
    });
  }

  it('is one of two such taps after the other, and lets go of the first by the second where its end was missed', async () => {
    await start();
    pointer('pointerdown', {button: 0, buttons: 0});
    mouse('mousedown', {button: 0, buttons: 0});
    pointer('pointerdown', {button: 0, buttons: 0});
    mouse('mousedown', {button: 0, buttons: 0});
    pointer('pointerup', {button: 0, buttons: 0});
    assert.deepEqual(await afterUps(2), [
      'down 100 button 0 of 1 x1 +0', 'up 100 button 0 of 0 x1 +0', 'down 100 button 0 of 1 x1 +0', 'up 100 button 0 of 0 x1 +0',
    ]);
  });

  it('is one of the right button by Control and click on a Mac, to its end', async () => {
    await start('MacIntel');
    pointer('pointerdown', {button: 0, buttons: 1, ctrlKey: true});
    mouse('mousedown', {button: 0, buttons: 1, ctrlKey: true});
    mouse('contextmenu', {button: 0, buttons: 1, ctrlKey: true});
    pointer('pointermove', {button: -1, buttons: 1, ctrlKey: true, clientX: 101});
    pointer('pointerup', {button: 0, buttons: 0, clientX: 101});
    assert.deepEqual(await afterUps(1), ['down 100 button 2 of 2 x1 +0', 'move 101 button -1 of 2 +0', 'up 101 button 2 of 0 x1 +0']);
    pointer('pointerdown', {button: 0, buttons: 1, metaKey: true});
    mouse('mousedown', {button: 0, buttons: 1, metaKey: true});
    pointer('pointerup', {button: 0, buttons: 0, metaKey: true});
    assert.deepEqual((await afterUps(2)).slice(-2), ['down 101 button 0 of 1 x1 +2', 'up 101 button 0 of 0 x1 +2'].map((line) => line.replace('101', '100')));
  });

  it('is over with its end: what moves on after Control and click on a Mac has Control again', async () => {
    await start('MacIntel');
    pointer('pointerdown', {button: 0, buttons: 1, ctrlKey: true});
    mouse('mousedown', {button: 0, buttons: 1, ctrlKey: true});
    pointer('pointerup', {button: 0, buttons: 0, ctrlKey: true});
    pointer('pointermove', {button: -1, buttons: 0, ctrlKey: true, clientX: 120});
    const messages = await server.until(() => connection.of('mouse').some(({event}) => event === 'move') && connection.of('mouse'));
    assert.deepEqual(messages.map(short), ['down 100 button 2 of 2 x1 +0', 'up 100 button 2 of 0 x1 +0', 'move 120 button -1 of 0 +2']);
  });

  it('is one pointer\'s: a mouse that moves meanwhile ends no stroke of a pen, only one that presses does', async () => {
    await start();
    const pen = {pointerType: 'pen', pointerId: 7, buttons: 1, pressure: 0.5};
    pointer('pointerdown', {...pen, button: 0});
    pointer('pointermove', {button: -1, buttons: 0, clientX: 150});
    pointer('pointermove', {...pen, button: -1, clientX: 110});
    pointer('pointerleave', {button: -1, buttons: 0, clientX: 150});
    pointer('pointerup', {button: 0, buttons: 0, clientX: 150});
    pointer('pointerdown', {button: 0, buttons: 1, clientX: 160});
    mouse('mousedown', {button: 0, buttons: 1});
    pointer('pointermove', {...pen, button: -1, clientX: 120});
    pointer('pointerup', {button: 0, buttons: 0, clientX: 161});
    const lines = await afterUps(2);
    assert.deepEqual(lines, [
      'down 100 button 0 of 1 x1 +0', 'move 110 button -1 of 1 +0', 'up 110 button 0 of 0 x1 +0',
      'down 160 button 0 of 1 x1 +0', 'up 161 button 0 of 0 x1 +0',
    ]);
    const kinds = connection.of('mouse').map((message) => 'pointerType' in message && message.pointerType);
    assert.deepEqual(kinds, ['pen', 'pen', 'pen', undefined, undefined].map((kind) => kind ?? false), 'each end is its own pointer\'s');
  });

  it('is what it is by Control and click elsewhere', async () => {
    await start('Linux x86_64');
    pointer('pointerdown', {button: 0, buttons: 1, ctrlKey: true});
    mouse('mousedown', {button: 0, buttons: 1, ctrlKey: true});
    pointer('pointerup', {button: 0, buttons: 0, ctrlKey: true});
    assert.deepEqual(await afterUps(1), ['down 100 button 0 of 1 x1 +2', 'up 100 button 0 of 0 x1 +2']);
  });

  it('is counted here where no mouse event counts it: a double tap of a pen, whose touch the page takes', async () => {
    await start();
    const tap = (clientX: number) => {
      pointer('pointerdown', {button: 0, buttons: 1, pointerType: 'pen', pressure: 0.5, clientX});
      pointer('pointerup', {button: 0, buttons: 0, pointerType: 'pen', clientX});
    };
    tap(100);
    tap(102);
    tap(200);
    const counts = (await afterUps(3)).map((line) => /x\d/.exec(line)?.[0]);
    assert.deepEqual(counts, ['x1', 'x1', 'x2', 'x2', 'x1', 'x1']);
  });
});
