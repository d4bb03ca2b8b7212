import {assert} from 'chai';
import {sendKeys, sendMouse} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {canvasOf, liveView, sinkOf} from '../support/interactive-view.js';
import {keyEvent} from '../support/key-press.js';
import {pretendPlatform} from '../support/platform.js';
import {plainJpeg} from '../support/frames.js';
import {toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

describe('the keyboard', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let platform = {undo: () => {}};

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
  });

  afterEach(() => {
    view.remove();
    platform.undo();
    server.stop();
  });

  /** Makes the element believe that it was created on another system. */
  async function on(name: string): Promise<void> {
    view.remove();
    platform = pretendPlatform(name);
    ({view, connection} = await liveView(server));
    view.focus();
  }

  /** Dispatches key events that automation cannot send. Returns false for each whose default is prevented. */
  function play(...lines: readonly string[]): boolean[] {
    return lines.map((line) => (view.shadowRoot?.activeElement ?? canvasOf(view)).dispatchEvent(keyEvent(line)));
  }

  /** The messages in short, up to a message of the test, so that none is still on its way. */
  async function arrived(): Promise<string> {
    view.sendText('.');
    await server.until(() => connection.of('text').length > 0);
    return connection.messages.filter(({type}) => type !== 'text' && type !== 'ack' && type !== 'ping' && type !== 'mouse').map((message) => {
      if (message.type !== 'key') return message.type;
      const {event, key, repeat, modifiers} = message;
      return `${event === 'up' ? '-' : repeat ? '*' : '+'}${key}${modifiers ? `/${modifiers}` : ''}`;
    }).join(' ');
  }

  it('types what a person types, with every member of the key', async () => {
    view.focus();
    await sendKeys({type: 'a7'});
    await sendKeys({press: 'Backspace'});
    await server.until(() => connection.of('key').length === 6);
    const key = {type: 'key', location: 0, repeat: false, modifiers: 0};
    assert.deepEqual(connection.messages.filter(({type}) => type === 'key'), [
      {...key, event: 'down', key: 'a', code: 'KeyA', keyCode: 65, text: 'a'}, {...key, event: 'up', key: 'a', code: 'KeyA', keyCode: 65},
      {...key, event: 'down', key: '7', code: 'Digit7', keyCode: 55, text: '7'}, {...key, event: 'up', key: '7', code: 'Digit7', keyCode: 55},
      {...key, event: 'down', key: 'Backspace', code: 'Backspace', keyCode: 8}, {...key, event: 'up', key: 'Backspace', code: 'Backspace', keyCode: 8},
    ] as unknown[]);
  });

  for (const [name, act] of [
    ['the control bar', async () => {
      view.controls = true;
      await view.updateComplete;
      view.shadowRoot?.querySelector<HTMLButtonElement>('[part=controls] .zoom')?.focus();
    }],
    ['a dialog of the session', async () => connection.send({type: 'dialog', id: 'dlg_1', kind: 'alert', message: 'hello'})],
  ] as const) {
    it(`lets go of a key whose end goes to ${name}`, async () => {
      view.focus();
      play('+w KeyW 87');
      await act();
      await server.until(() => connection.of('release').length > 0);
      play('-w KeyW 87');
      assert.equal(await arrived(), '+w release');
    });
  }

  it('sends a key with its text if a frame comes between the key and its input event', async () => {
    await on('Linux x86_64');
    const area = sinkOf(view);
    area.addEventListener('beforeinput', (event) => event.preventDefault());
    // The element's listener runs first, so its frame is requested first.
    canvasOf(view).parentElement?.addEventListener('keydown', () => requestAnimationFrame(() => {
      area.value += 'a';
      area.dispatchEvent(new Event('input'));
    }));
    // A person holds a key for longer.
    window.addEventListener('keyup', (event) => event.stopImmediatePropagation(), {capture: true, once: true});
    await sendKeys({press: 'a'});
    const down = await server.until(() => connection.of('key')[0]);
    assert.deepEqual([down.key, down.text], ['a', 'a']);
  });

  it('takes keys whenever it has the focus, and only then', async () => {
    await sendKeys({type: 'x'});
    canvasOf(view).focus();
    await sendKeys({type: 'a'});
    canvasOf(view).blur();
    sinkOf(view).blur();
    await sendKeys({type: 'x'});
    const {left, top} = canvasOf(view).getBoundingClientRect();
    await sendMouse({type: 'click', position: [Math.round(left + 20), Math.round(top + 20)]});
    await sendKeys({type: 'b'});
    const field = sinkOf(view).getBoundingClientRect();
    assert.closeTo(field.left - left, 20, 1, 'where an input method shows its candidates');
    assert.closeTo(field.top - top, 20, 1);
    assert.equal(await arrived(), '+a -a +b -b');
    assert.equal(document.activeElement, view);
  });

  it('gets the focus by Tab, and takes Tab and Escape from then on', async () => {
    const before = document.createElement('input');
    view.before(before);
    before.focus();
    await sendKeys({press: 'Tab'});
    assert.equal(document.activeElement, view);
    await sendKeys({press: 'Tab'});
    await sendKeys({press: 'Escape'});
    assert.equal(document.activeElement, view);
    before.remove();
    assert.equal(await arrived(), '+Tab -Tab +Escape -Escape');
  });

  it('keeps the keys from the page around', async () => {
    const heard: string[] = [];
    const hear = ({type}: Event) => heard.push(type);
    const types = ['keydown', 'keypress', 'beforeinput', 'input', 'keyup'];
    for (const type of types) document.addEventListener(type, hear);
    view.focus();
    await sendKeys({press: 'a'});
    assert.equal(await arrived(), '+a -a');
    for (const type of types) document.removeEventListener(type, hear);
    assert.deepEqual(heard, []);
  });

  it('gives the keyboard back at Control+Alt+Shift, and at nothing else', async () => {
    view.focus();
    const down = ['+Control ControlLeft 17 control', '+Alt AltLeft 18 control alt', '+Shift ShiftLeft 16 control alt shift'];
    const up = ['-Shift ShiftLeft 16 control alt', '-Alt AltLeft 18 control', '-Control ControlLeft 17'];
    play(...down, '+a KeyA 65 control alt shift', '-a KeyA 65 control alt shift', ...up);
    play('+Control ControlLeft 17 control', '+Shift ShiftLeft 16 control shift', '-Control ControlLeft 17 shift', '-Shift ShiftLeft 16');
    play('+Meta MetaLeft 91 meta', ...down, ...up.slice(0, 2), '-Control ControlLeft 17 meta', '-Meta MetaLeft 91');
    assert.equal(document.activeElement, view, 'still here');
    play(...down, ...up);
    assert.equal(document.activeElement, document.body, 'nothing comes after it');
    assert.isNull(view.shadowRoot?.activeElement ?? null);
    assert.equal((await arrived()).slice(-48), '+Control/2 +Alt/3 +Shift/11 -Shift/3 -Alt/2 -Control'.slice(-48));
    assert.include(view.shadowRoot?.getElementById(sinkOf(view).getAttribute('aria-describedby') ?? '')?.textContent, 'Alt+');
  });

  it('moves the focus to the next element of the page', async () => {
    const around = document.createElement('p');
    view.before(around);
    around.innerHTML = '<a href="#">before</a><i></i><button disabled>1</button><input type="hidden"><a href="#" style="display: none">2</a><i tabindex="-1">3</i><button class="next">4</button><a href="#">5</a>';
    around.querySelector('i')?.replaceWith(view);
    await view.updateComplete;
    view.focus();
    play('+Control ControlLeft 17 control', '+Alt AltLeft 18 control alt', '+Shift ShiftLeft 16 control alt shift');
    play('-Shift ShiftLeft 16 control alt', '-Alt AltLeft 18 control', '-Control ControlLeft 17');
    assert.isTrue(around.querySelector('.next')?.matches(':focus'));
    // If the view is the last element in a shadow root, the next one is after the host.
    const host = document.createElement('div');
    around.querySelector('.next')?.before(host);
    host.attachShadow({mode: 'closed'}).append(document.createElement('button'), view);
    await view.updateComplete;
    view.focus();
    play('+Control ControlLeft 17 control', '+Alt AltLeft 18 control alt', '+Shift ShiftLeft 16 control alt shift');
    play('-Shift ShiftLeft 16 control alt', '-Alt AltLeft 18 control', '-Control ControlLeft 17');
    assert.isTrue(around.querySelector('.next')?.matches(':focus'));
    // A tab bar, for example, has its focusable elements in its shadow tree.
    const bar = document.createElement('div');
    bar.attachShadow({mode: 'open'}).innerHTML = '<button disabled>6</button><p><button>7</button></p>';
    host.replaceWith(view, bar);
    await view.updateComplete;
    view.focus();
    play('+Control ControlLeft 17 control', '+Alt AltLeft 18 control alt', '+Shift ShiftLeft 16 control alt shift');
    play('-Shift ShiftLeft 16 control alt', '-Alt AltLeft 18 control', '-Control ControlLeft 17');
    assert.equal(bar.shadowRoot?.activeElement?.textContent, '7');
    around.before(view);
    around.remove();
  });

  it('lets go of what is held as the focus goes, and as it is made read only', async () => {
    view.focus();
    play('+Shift ShiftLeft 16 shift', '+A KeyA 65 shift');
    sinkOf(view).blur();
    view.focus();
    play('-A KeyA 65', '+b KeyB 66');
    view.readOnly = true;
    await view.updateComplete;
    play('-b KeyB 66', '+c KeyC 67');
    view.readOnly = false;
    await view.updateComplete;
    assert.equal(await arrived(), '+Shift/8 +A/8 release +b release');
  });

  it('releases a modifier that a mouse event reports as up', async () => {
    view.focus();
    play('+Shift ShiftLeft 16 shift');
    canvasOf(view).dispatchEvent(new PointerEvent('pointermove', {pointerType: 'mouse', clientX: 20, clientY: 20}));
    assert.equal(await arrived(), '+Shift/8 -Shift');
  });

  it('leaves the browser its own shortcuts', async () => {
    view.focus();
    const isLeft = play('+Control ControlLeft 17 control', '+w KeyW 87 control', '-w KeyW 87 control', '+t KeyT 84 control', '-Control ControlLeft 17');
    assert.deepEqual(isLeft, [false, true, false, true, false]);
    assert.equal(await arrived(), '+Control/2 -Control');
  });

  it('sends nothing of a read-only view, and leaves its keys to the page', async () => {
    view.readOnly = true;
    await view.updateComplete;
    view.focus();
    assert.equal(document.activeElement, view);
    assert.deepEqual(play('+a KeyA 65', '-a KeyA 65', '+Tab Tab 9'), [true, true, true]);
    view.pressKey('a');
    view.sendText('no');
    view.readOnly = false;
    await view.updateComplete;
    await sendKeys({type: 'b'});
    assert.equal(await arrived(), '+b -b', 'and has the keyboard once it takes input');
    assert.deepEqual(connection.of('text').map(({text}) => text), ['.']);
  });

  it('types AltGr characters of Windows with no Control held', async () => {
    await on('Win32');
    play('+Control ControlLeft 17 control', '+AltGraph AltRight 18 control alt altgraph', '+@ KeyQ 81 control alt altgraph');
    play('-@ KeyQ 81 control alt altgraph', '-Control ControlLeft 17 alt', '-AltGraph AltRight 18');
    assert.equal(await arrived(), '+AltGraph +@ -@ -AltGraph');
  });

  it('holds back a Control on Windows no longer than a moment', async () => {
    await on('Win32');
    play('+Control ControlLeft 17 control');
    await server.until(() => connection.of('key').length > 0);
    assert.equal(await arrived(), '+Control/2');
  });

  it('translates a Mac\'s shortcuts', async () => {
    await on('MacIntel');
    play('+Meta MetaLeft 91 meta', '+a KeyA 65 meta', '-Meta MetaLeft 91', '+Alt AltLeft 18 alt', '+@ KeyL 76 alt', '-@ KeyL 76 alt', '-Alt AltLeft 18');
    const down = ['+Control ControlLeft 17 control', '+Alt AltLeft 18 control alt', '+Shift ShiftLeft 16 control alt shift'];
    play(...down, '-Shift ShiftLeft 16 control alt', '-Alt AltLeft 18 control', '-Control ControlLeft 17');
    assert.notEqual(document.activeElement, view, 'the way out');
    assert.equal(await arrived(), '+Control/2 +a/2 -a/2 -Control +@ -@ +Control/2 +Shift/11 -Shift/3 -Control');
  });

  it('lets the field type after a dead key', async () => {
    view.focus();
    assert.deepEqual(play('+Dead Equal 187', '-Dead Equal 187', '+e KeyE 69'), [true, false, true]);
    assert.deepEqual(play('-e KeyE 69', '+e KeyE 69', '-e KeyE 69'), [false, false, false], 'only that');
    assert.deepEqual(play('+Dead Equal 187', '+é KeyE 69', '-é KeyE 69'), [true, false, false], 'where the key has the accent already');
    assert.equal(await arrived(), '+e -e +é -é');
  });

  it('presses keys together and lets them go, the last first', async () => {
    view.pressKey('Control+Shift+ArrowLeft');
    assert.throws(() => view.pressKey('Strg+A'), TypeError, 'Strg+A');
    assert.equal(await arrived(), '+Control/2 +Shift/10 +ArrowLeft/10 -ArrowLeft/10 -Shift/2 -Control');
  });

  it('sends nothing with a token that only watches', async () => {
    view.remove();
    ({view, connection} = await liveView(server));
    connection.close(1012);
    const watching = await server.connection(server.connections.length);
    watching.hello({input_enabled: false});
    watching.sendFrame(await plainJpeg('#20c020'));
    await toState(view, 'live');
    view.sendText('no');
    view.pressKey('a');
    watching.hello();
    view.remove();
    await server.until(() => watching.closeCode !== undefined);
    assert.deepEqual(watching.messages.filter(({type}) => type === 'text' || type === 'key'), []);
  });

  it('sends text whatever it was given as', async () => {
    Reflect.apply(view.sendText, view, [42]);
    await server.until(() => connection.of('text').length > 0);
    assert.equal(connection.of('text')[0]?.text, '42');
  });

  it('reports typed text that could not be sent', async () => {
    const codes: string[] = [];
    view.addEventListener('error', ({error}) => codes.push(error.code));
    view.disconnect();
    view.sendText('lost');
    view.pressKey('a');
    assert.deepEqual(codes, ['input_lost']);
  });
});
