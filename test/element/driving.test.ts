import {assert} from 'chai';
import {sendMouse} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {ControlMessage} from '../../src/protocol.js';
import {quartersJpeg} from '../support/frames.js';
import {canvasOf, goLive, liveView} from '../support/interactive-view.js';
import {nextEvent, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {part, partText, spoken, toBe} from '../support/surroundings.js';

describe('who drives', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let frame: ArrayBuffer;
  let changes: string[];

  before(async () => {
    frame = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {lang: 'en', controls: true, widthPx: 900, frame}));
    changes = [];
    view.addEventListener('controlchange', ({driver, viewers}) => changes.push(`${driver} ${viewers}`));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const tell = async (driver: ControlMessage['driver'], viewers = 2) => {
    const changed = nextEvent(view, 'controlchange');
    connection.send({type: 'control', driver, viewers});
    await changed;
    await view.updateComplete;
  };
  const bar = (name: string) => view.shadowRoot?.querySelector<HTMLElement>(`[part=controls] .${name}`) ?? null;
  const clickPicture = async () => {
    const {left, top} = canvasOf(view).getBoundingClientRect();
    await sendMouse({type: 'click', position: [Math.round(left + 50), Math.round(top + 50)]});
  };

  it('is null in a shared session', async () => {
    assert.deepEqual([view.driver, view.viewers], [null, null]);
    assert.isNotNull(bar('watchOnly'));
    view.takeControl();
    view.releaseControl();
    await clickPicture();
    await server.until(() => connection.of('mouse').some(({event}) => event === 'up'));
    assert.deepEqual(connection.of('control'), []);
  });

  it('is told by events and on the bar, which takes control and gives it back', async () => {
    await tell('none', 1);
    assert.include(partText(view, 'controls'), 'Nobody is in control · 1 watching');
    bar('takeControl')?.click();
    await server.until(() => connection.of('control').length === 1);
    await tell('you', 3);
    assert.include(partText(view, 'controls'), 'You are in control · 3 watching');
    bar('giveBack')?.click();
    await server.until(() => connection.of('control').length === 2);
    await tell('other', 3);
    assert.include(partText(view, 'controls'), 'Somebody else is in control');
    view.releaseControl();
    view.takeControl();
    await server.until(() => connection.of('control').length === 3);
    assert.deepEqual(connection.of('control').map(({action}) => action), ['take', 'release', 'take']);
    connection.send({type: 'control', driver: 'other', viewers: 3});
    await tell('you', 3);
    assert.deepEqual(changes, ['none 1', 'you 3', 'other 3', 'you 3']);
    assert.isTrue(view.inputEnabled);
  });

  it('a click at a view that another one drives is not sent, and it is said who drives', async () => {
    await tell('other');
    await clickPicture();
    await toBe(view, () => spoken(view) === 'Somebody else is in control');
    assert.equal(view.shadowRoot?.querySelector('#hint')?.textContent, 'Somebody else is in control');
    await tell('none');
    await clickPicture();
    await server.until(() => connection.of('mouse').some(({event}) => event === 'up'));
    assert.lengthOf(connection.of('mouse').filter(({event}) => event === 'down'), 1);
  });

  it('an answer to a question of the page is not sent while another one drives: the question stays, and it is said who drives', async () => {
    await tell('other');
    const closed: string[] = [];
    view.addEventListener('dialogclosed', ({id}) => closed.push(id));
    connection.send({type: 'dialog', id: 'question', kind: 'confirm', message: 'Sure?'});
    const ok = () => part(view, 'dialog')?.querySelector<HTMLButtonElement>('button.ok:enabled');
    await toBe(view, () => Boolean(ok()));
    ok()?.click();
    await toBe(view, () => spoken(view) === 'Somebody else is in control');
    assert.include(partText(view, 'dialog'), 'Sure?');
    await tell('you');
    ok()?.click();
    await server.until(() => connection.of('dialog').length === 1);
    assert.deepEqual(connection.of('dialog'), [{type: 'dialog', id: 'question', accept: true}]);
    assert.deepEqual(closed, ['question']);
  });

  it('what is held when another one takes over is let go of here, and does not go on when control is back', async () => {
    await tell('you');
    const {left, top} = canvasOf(view).getBoundingClientRect();
    await sendMouse({type: 'move', position: [Math.round(left + 50), Math.round(top + 50)]});
    await sendMouse({type: 'down'});
    await server.until(() => connection.of('mouse').some(({event}) => event === 'down'));
    await tell('other');
    await server.until(() => connection.of('release').length === 1);
    await toBe(view, () => spoken(view) === 'Somebody else is in control');
    await tell('you');
    await sendMouse({type: 'up'});
    await sendMouse({type: 'move', position: [Math.round(left + 60), Math.round(top + 60)]});
    await server.until(() => {
      const last = connection.of('mouse').at(-1);
      return last?.event === 'move' && last.buttons === 0;
    });
    assert.deepEqual(connection.of('mouse').filter(({event}) => event === 'up'), []);
  });

  it('a not_driving error shows who drives', async () => {
    await tell('other');
    const reported = nextEvent(view, 'error');
    connection.send({type: 'error', code: 'not_driving', message: ''});
    assert.equal((await reported).error.code, 'input_refused');
    await toBe(view, () => spoken(view) === 'Somebody else is in control');
    assert.isNull(part(view, 'notice'));
  });

  it('a view that becomes read only gives control back, and its bar takes it again', async () => {
    await tell('you');
    view.readOnly = true;
    await server.until(() => connection.of('control').length === 1);
    await tell('none');
    view.takeControl();
    bar('takeControl')?.click();
    assert.isFalse(view.readOnly);
    await server.until(() => connection.of('control').length === 2);
    assert.deepEqual(connection.of('control').map(({action}) => action), ['release', 'take']);
  });

  it('is kept over a reconnect, and null once the stream is over', async () => {
    await tell('you');
    connection.terminate();
    await toState(view, 'reconnecting');
    assert.equal(view.driver, 'you');
    connection = await server.connection(1);
    await goLive(view, connection, {frame});
    connection.send({type: 'control', driver: 'you', viewers: 2});
    await tell('you', 1);
    view.disconnect();
    assert.deepEqual([view.driver, view.viewers], [null, null]);
    assert.deepEqual(changes, ['you 2', 'you 1', 'null null']);
  });
});
