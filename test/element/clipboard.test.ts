import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView, LiveViewErrorEvent} from '../../src/index.js';
import {MAX_PLAYER_MESSAGE_BYTES, encode} from '../../src/protocol.js';
import {textMessages} from '../../src/input/split-text.js';
import {quartersJpeg} from '../support/frames.js';
import {liveView, sinkOf} from '../support/interactive-view.js';
import {keyEvent} from '../support/key-press.js';
import {nextEvent} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

describe('the clipboard', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server));
    view.focus();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  function press(...lines: readonly string[]): boolean[] {
    return lines.map((line) => sinkOf(view).dispatchEvent(keyEvent(line)));
  }

  function paste(text: string): void {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true, composed: true});
    // Firefox makes an empty one of its own.
    Object.defineProperty(event, 'clipboardData', {value: clipboardData});
    sinkOf(view).dispatchEvent(event);
  }

  it('pastes a megabyte whole, in messages that are short enough, and no V with it', async () => {
    const text = 'Grüße, 世界 🙂 @€ 👩‍👩‍👧 "quoted"\n\t\u0001'.repeat(40_000);
    assert.isAbove(new TextEncoder().encode(text).length, 1024 * 1024);
    assert.deepEqual(press('+Control ControlLeft 17 control', '+v KeyV 86 control'), [false, true], 'the browser is to fire paste');
    paste(text);
    press('-v KeyV 86 control', '-Control ControlLeft 17');
    await server.until(() => connection.of('key').some(({event}) => event === 'up'));
    const messages = connection.of('text');
    assert(messages.map((message) => message.text).join('') === text, 'not the text that was pasted');
    assert.isTrue(messages.every((message) => new TextEncoder().encode(encode(message)).length <= MAX_PLAYER_MESSAGE_BYTES));
    assert.deepEqual(connection.of('key').map(({key, event}) => `${key} ${event}`), ['Control down', 'Control up']);
  });

  it('pastes the lines of Windows as lines, and nothing while it is read only', async () => {
    paste('a\r\nb\rc');
    view.readOnly = true;
    await view.updateComplete;
    paste('no');
    view.readOnly = false;
    await view.updateComplete;
    view.sendText('end');
    await server.until(() => connection.of('text').length >= 2);
    assert.deepEqual(connection.of('text').map(({text}) => text), ['a\nb\nc', 'end']);
  });

  it('cuts text where no character falls apart', () => {
    const family = '👩‍👩‍👧';
    const messages = textMessages(family.repeat(20_001));
    assert.isAbove(messages.length, 1);
    for (const {text} of messages) assert.isTrue(text.startsWith(family) && text.endsWith(family));
    assert.deepEqual(textMessages(''), []);
    const endless = `e${'\u0301'.repeat(200_000)}`;
    assert(textMessages(endless).map(({text}) => text).join('') === endless, 'not even one that never ends is lost');
  });

  it('asks for the selection before the key that copies or cuts it, once', async () => {
    press('+Control ControlLeft 17 control', '+x KeyX 88 control', '+x KeyX 88 control repeat', '-x KeyX 88 control');
    press('+c KeyC 67 control', '-c KeyC 67 control', '-Control ControlLeft 17');
    await server.until(() => connection.of('key').at(-1)?.key === 'Control' && connection.of('key').length > 1);
    const order = connection.messages.filter(({type}) => type === 'key' || type === 'copy').map((message) => message.type === 'key' ? `${message.key} ${message.event}` : message.type);
    assert.deepEqual(order, ['Control down', 'copy', 'x down', 'x down', 'x up', 'copy', 'c down', 'c up', 'Control up']);
  });

  it('asks a server that has not said hello for nothing', async () => {
    view.src = `${server.url}&again`;
    const plain = await server.connection(1);
    plain.sendFrame(await quartersJpeg());
    await nextEvent(view, 'frame');
    await view.updateComplete;
    view.focus();
    press('+Control ControlLeft 17 control', '+c KeyC 67 control', '-c KeyC 67 control', '-Control ControlLeft 17');
    await server.until(() => plain.of('key').length === 4);
    assert.deepEqual(plain.of('copy'), []);
  });

  it('offers what was copied to the page, and says so when the clipboard is closed', async () => {
    const written = replaceClipboard(() => Promise.resolve());
    try {
      connection.send({type: 'clipboard', text: 'Grüße 世界 🙂'});
      assert.equal((await nextEvent(view, 'clipboard')).text, 'Grüße 世界 🙂');
      view.addEventListener('clipboard', (event) => event.preventDefault(), {once: true});
      connection.send({type: 'clipboard', text: 'kept by the page'});
      await nextEvent(view, 'clipboard');
      assert.deepEqual(written.texts, ['Grüße 世界 🙂']);
    } finally {
      written.undo();
    }
  });

  it('says so when the browser refuses, and tries again at the next click', async () => {
    const refuse = replaceClipboard(() => Promise.reject(new DOMException('no', 'NotAllowedError')));
    const command = document.execCommand;
    document.execCommand = () => false;
    let copied = '';
    try {
      const error = new Promise<LiveViewErrorEvent>((resolve) => view.addEventListener('error', resolve, {once: true}));
      connection.send({type: 'clipboard', text: 'later'});
      assert.equal((await error).error.code, 'clipboard_blocked');
      document.execCommand = () => {
        copied = sinkOf(view).value;
        return true;
      };
      view.focus();
      assert.equal(copied, 'later');
      assert.notEqual(sinkOf(view).value, 'later', 'the field is as it was');
    } finally {
      document.execCommand = command;
      refuse.undo();
    }
  });
});

/** What no test can have without prompts: the browser's answer to `writeText`. Nothing may read. */
function replaceClipboard(answer: () => Promise<void>): {readonly texts: string[]; readonly undo: () => void} {
  const texts: string[] = [];
  const writeText = (text: string) => {
    texts.push(text);
    return answer();
  };
  const refused = () => {
    throw new Error('The clipboard is never read.');
  };
  Object.defineProperty(navigator, 'clipboard', {configurable: true, value: {writeText, readText: refused, read: refused}});
  return {texts, undo: () => Reflect.deleteProperty(navigator, 'clipboard')};
}
