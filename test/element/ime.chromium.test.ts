import {assert} from 'chai';
import {sendKeys} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {cdp} from '../support/input-commands.js';
import {liveView, sinkOf} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {toBe} from '../support/surroundings.js';

const insert = (text: string) => cdp('Input.insertText', {text});

describe('input methods, by the browser itself', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  before(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
  });

  beforeEach(async () => {
    view.readOnly = false;
    await view.updateComplete;
    sinkOf(view).blur();
    view.focus();
    connection.messages.length = 0;
  });

  after(() => {
    view.remove();
    server.stop();
  });

  /** Composes text, and waits until it has been sent, which happens once per animation frame. */
  async function compose(text: string, caret = text.length): Promise<void> {
    const before = connection.of('compose').length;
    await cdp('Input.imeSetComposition', {text, selectionStart: caret, selectionEnd: caret});
    await server.until(() => connection.of('compose').length > before);
  }

  /** The messages in short: `[composed|]` with its caret, text in quotes, and `+` and `-` for keys. */
  async function arrived(): Promise<string> {
    view.sendText('.');
    await server.until(() => connection.of('text').some(({text}) => text === '.'));
    return connection.messages.flatMap((message) => {
      if (message.type === 'compose') return `[${message.text.slice(0, message.selectionEnd)}|${message.text.slice(message.selectionEnd)}]`;
      if (message.type === 'text') return message.text === '.' ? [] : `'${message.text}'`;
      return message.type === 'key' ? `${message.event === 'up' ? '-' : '+'}${message.key}` : [];
    }).join(' ');
  }

  it('shows Japanese as it is composed, and commits it once', async () => {
    await compose('k');
    await compose('か');
    await compose('かn', 1);
    await compose('漢字');
    await insert('漢字');
    await compose('を');
    await insert('を');
    assert.equal(await arrived(), "[k|] [か|] [か|n] [漢字|] '漢字' [を|] 'を'");
  });

  it('abandons a composition that is abandoned', async () => {
    await compose('か');
    await compose('');
    await insert('x');
    assert.equal(await arrived(), "[か|] [|] 'x'");
  });

  it('abandons what is being composed as the view is made read only', async () => {
    await compose('か');
    view.readOnly = true;
    await server.until(() => connection.of('compose').length > 1);
    assert.deepEqual(connection.of('compose')[1], {type: 'compose', text: '', selectionStart: 0, selectionEnd: 0});
  });

  it('commits what is composed when the person clicks elsewhere in the picture, before the click', async () => {
    await compose('한');
    const {left, top} = view.getBoundingClientRect();
    await cdp('Input.dispatchMouseEvent', {type: 'mousePressed', x: left + 20, y: top + 20, button: 'left', clickCount: 1});
    await cdp('Input.dispatchMouseEvent', {type: 'mouseReleased', x: left + 20, y: top + 20, button: 'left', clickCount: 1});
    await compose('글');
    await insert('글');
    assert.equal(await arrived(), "[한|] '한' [글|] '글'");
    const order = connection.messages.map(({type}) => type).filter((type) => type === 'text' || type === 'mouse');
    assert.deepEqual(order.slice(0, 3), ['text', 'mouse', 'mouse']);
  });

  it('types what has no key: emoji, and what was picked from a list', async () => {
    await insert('🙂');
    await insert('👩‍👩‍👧');
    await insert('世界\nzwei Zeilen');
    assert.equal(await arrived(), "'🙂' '👩‍👩‍👧' '世界\nzwei Zeilen'");
  });

  it('types what a person writes, in whatever way the browser has for each character', async () => {
    await sendKeys({type: 'Grüße, 世界 🙂 @€'});
    await arrived();
    const typed = connection.messages.map((message) => message.type === 'text' ? message.text : message.type === 'key' && message.event === 'down' ? message.key : '');
    assert.equal(typed.join(''), 'Grüße, 世界 🙂 @€.');
  });

  it('sends no key of an input method, and every one after it', async () => {
    const key = (type: string, key: string, code: string, windowsVirtualKeyCode: number, text?: string) => cdp('Input.dispatchKeyEvent', {type, key, code, windowsVirtualKeyCode, ...(text && {text})});
    await key('rawKeyDown', 'Process', 'Equal', 229);
    await compose('´');
    await key('keyUp', 'Dead', 'Equal', 187);
    await key('rawKeyDown', 'Process', 'KeyE', 229);
    await insert('é');
    await key('keyUp', 'e', 'KeyE', 69);
    await key('keyDown', 'e', 'KeyE', 69, 'e');
    await key('keyUp', 'e', 'KeyE', 69);
    assert.equal(await arrived(), "[´|] 'é' +e -e");
  });

  const press = (type: string, key: string, code: string, windowsVirtualKeyCode: number, text?: string) => cdp('Input.dispatchKeyEvent', {type, key, code, windowsVirtualKeyCode, ...(text && {text})});

  it('sends of a key what it has typed, where an input method commits with the key as it is', async () => {
    // Compose, apostrophe, e, as Chromium under X11 reports them with GTK's IBus module without its daemon. Then Control+Shift+U, e, 9, and space or Enter.
    await press('keyDown', 'e', 'KeyE', 69, 'é');
    await press('keyUp', 'e', 'KeyE', 69);
    await press('keyDown', ' ', 'Space', 32, 'é');
    await press('keyUp', ' ', 'Space', 32);
    await press('keyDown', 'Enter', 'Enter', 13, 'é');
    await press('keyUp', 'Enter', 'Enter', 13);
    await press('keyDown', 'e', 'KeyE', 69, 'e');
    await press('keyUp', 'e', 'KeyE', 69);
    assert.equal(await arrived(), "+e -e +  -  'é' +e -e");
    assert.deepEqual(connection.of('key').filter(({event}) => event === 'down').map(({key, text}) => [key, text]), [['e', 'é'], [' ', 'é'], ['e', 'e']]);
  });

  it('sends a key that typed nothing as one that types nothing, and what comes of it later as text', async () => {
    await press('rawKeyDown', "'", 'Quote', 222);
    await press('keyUp', "'", 'Quote', 222);
    await press('rawKeyDown', 'e', 'KeyE', 69);
    await server.until(() => connection.of('key').length === 3);
    await insert('é');
    await press('keyUp', 'e', 'KeyE', 69);
    assert.equal(await arrived(), "+' -' +e 'é' -e");
    assert.deepEqual(connection.of('key').flatMap(({text}) => text ?? []), ['', '']);
  });

  it('has Enter break a line once, by its key, and keys repeat', async () => {
    await press('keyDown', 'Enter', 'Enter', 13, '\r');
    await press('keyUp', 'Enter', 'Enter', 13);
    await press('keyDown', 'a', 'KeyA', 65, 'a');
    await cdp('Input.dispatchKeyEvent', {type: 'keyDown', key: 'a', code: 'KeyA', windowsVirtualKeyCode: 65, text: 'a', autoRepeat: true});
    await press('keyUp', 'a', 'KeyA', 65);
    assert.equal(await arrived(), '+Enter -Enter +a +a -a');
    assert.deepEqual(connection.of('key').filter(({event}) => event === 'down').map(({repeat}) => repeat), [false, false, true]);
  });

  it('deletes what an on-screen keyboard deletes, in an empty field too', async () => {
    await insert('ab');
    await cdp('Input.dispatchKeyEvent', {type: 'rawKeyDown', key: 'Unidentified', windowsVirtualKeyCode: 229});
    document.execCommand('delete');
    document.execCommand('delete');
    document.execCommand('delete');
    document.execCommand('delete');
    assert.equal(await arrived(), `'ab'${' +Backspace -Backspace'.repeat(4)}`);
  });

  it('presses Enter where a line is broken', async () => {
    await insert('ab');
    document.execCommand('insertLineBreak');
    await insert('c');
    assert.equal(await arrived(), "'ab' +Enter -Enter 'c'");
  });

  it('loses nothing where the session’s focus changes while a person types', async () => {
    const change = async (inputmode: string) => {
      connection.send({type: 'focus', editable: inputmode !== 'none', ...(inputmode !== 'none' && {inputmode})});
      await toBe(view, () => sinkOf(view).inputMode === inputmode);
    };
    await insert('a');
    await change('email');
    await insert('b');
    await compose('k');
    await change('url');
    await compose('か');
    await insert('漢');
    await change('none');
    // Also between a key and its input event.
    await press('rawKeyDown', 'e', 'KeyE', 69);
    await change('tel');
    await press('char', 'e', 'KeyE', 69, 'e');
    await press('keyUp', 'e', 'KeyE', 69);
    await change('search');
    document.execCommand('delete');
    await change('none');
    const told = await arrived();
    // If a frame comes between the two, the text is sent after the key.
    assert.include(["'a' 'b' [k|] [か|] '漢' +e -e +Backspace -Backspace", "'a' 'b' [k|] [か|] '漢' +e 'e' -e +Backspace -Backspace"], told);
  });

  it('asks for the on-screen keyboard where the session can be typed into, and at the button', async () => {
    assert.equal(sinkOf(view).inputMode, 'none');
    connection.send({type: 'focus', editable: true, inputmode: 'numeric'});
    await server.until(() => sinkOf(view).inputMode !== 'none' || void view.sendText('?'));
    assert.equal(sinkOf(view).inputMode, 'numeric');
    assert.equal(view.shadowRoot?.activeElement, sinkOf(view));
    connection.send({type: 'focus', editable: false});
    await server.until(() => sinkOf(view).inputMode === 'none' || void view.sendText('?'));
    assert.equal(view.shadowRoot?.activeElement, sinkOf(view));
    assert.deepEqual(connection.of('release'), []);
  });
});
