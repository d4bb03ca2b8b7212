import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView, LiveViewErrorEvent} from '../../src/index.js';
import {MAX_PLAYER_MESSAGE_BYTES, encode} from '../../src/protocol.js';
import {textMessages} from '../../src/input/split-text.js';
import {quartersJpeg} from '../support/frames.js';
import {liveView, nextFrame, sinkOf} from '../support/interactive-view.js';
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
    // Firefox creates an empty one by itself.
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

  it('splits text between characters', () => {
    const family = '👩‍👩‍👧';
    const messages = textMessages(family.repeat(20_001));
    assert.isAbove(messages.length, 1);
    for (const {text} of messages) assert.isTrue(text.startsWith(family) && text.endsWith(family));
    assert.deepEqual(textMessages(''), []);
    const endless = `e${'\u0301'.repeat(200_000)}`;
    assert(textMessages(endless).map(({text}) => text).join('') === endless, 'not even one that never ends is lost');
  });

  it('sends copy before the keys that copy or cut, once', async () => {
    press('+Control ControlLeft 17 control', '+x KeyX 88 control', '+x KeyX 88 control repeat', '-x KeyX 88 control');
    press('+c KeyC 67 control', '-c KeyC 67 control', '-Control ControlLeft 17');
    await server.until(() => connection.of('key').at(-1)?.key === 'Control' && connection.of('key').length > 1);
    const order = connection.messages.filter(({type}) => type === 'key' || type === 'copy').map((message) => message.type === 'key' ? `${message.key} ${message.event}` : message.type);
    assert.deepEqual(order, ['Control down', 'copy', 'x down', 'x down', 'x up', 'copy', 'c down', 'c up', 'Control up']);
  });

  it('sends no copy to a server without hello', async () => {
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

describe('the clipboard of a session that has one', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {features: ['paste']}));
    view.focus();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  function press(...lines: readonly string[]): boolean[] {
    return lines.map((line) => sinkOf(view).dispatchEvent(keyEvent(line)));
  }

  interface Forms {
    readonly text?: string;
    readonly html?: string;
    readonly files?: readonly File[];
  }

  function paste({text, html, files = []}: Forms): void {
    const clipboardData = new DataTransfer();
    if (text !== undefined) clipboardData.setData('text/plain', text);
    if (html !== undefined) clipboardData.setData('text/html', html);
    for (const file of files) clipboardData.items.add(file);
    const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true, composed: true});
    Object.defineProperty(event, 'clipboardData', {value: clipboardData});
    sinkOf(view).dispatchEvent(event);
  }

  /** The messages in order, with a word for each: keys, pastes, bytes, text. */
  const story = () => connection.arrivals.flatMap((arrival) => {
    if (arrival instanceof Uint8Array) return [`${arrival.length} bytes`];
    if (arrival.type === 'key') return [`${arrival.key} ${arrival.event}`];
    return arrival.type === 'paste' || arrival.type === 'text' || arrival.type === 'copy' ? [arrival.type] : [];
  });

  it('is pasted to with the forms that there are, and the person\'s own Control around them, but no V', async () => {
    press('+Control ControlLeft 17 control', '+v KeyV 86 control');
    paste({text: 'Grüße\r\n世界', html: '<b>Grüße</b>', files: [new File(['PNG'], 'image.png', {type: 'image/png'}), new File(['no'], 'a.txt', {type: 'text/plain'})]});
    press('-v KeyV 86 control', '-Control ControlLeft 17');
    await server.until(() => connection.pastes.length === 1 && connection.of('key').length === 2);
    assert.deepEqual(connection.pastes, [{'text/plain': 'Grüße\n世界', 'text/html': '<b>Grüße</b>', 'image/png': 'PNG'}]);
    assert.deepEqual(story().slice(0, 3), ['Control down', 'paste', '14 bytes'], 'what is short is on its way before anything that follows');
    assert.deepEqual(connection.of('text'), []);
  });

  for (const [name, lines, forms] of [
    ['Ctrl+V', ['+Control ControlLeft 17 control', '+v KeyV 86 control'], ['text/plain', 'text/html']],
    ['Shift+Insert', ['+Shift ShiftLeft 16 shift', '+Insert Insert 45 shift'], ['text/plain', 'text/html']],
    ['Ctrl+Shift+V', ['+Control ControlLeft 17 control', '+Shift ShiftLeft 16 control shift', '+V KeyV 86 control shift'], ['text/plain']],
  ] as const) {
    it(`${name} pastes ${forms.join(' and ')}`, async () => {
      assert.equal(press(...lines).at(-1), true, 'the browser is to fire paste');
      paste({text: 'a', html: '<b>a</b>'});
      await server.until(() => connection.pastes.length === 1);
      assert.deepEqual(connection.pastes.map((paste) => Object.keys(paste)), [[...forms]]);
    });
  }

  it('a paste with the form comes after one without', async () => {
    press('+Control ControlLeft 17 control', '+Shift ShiftLeft 16 control shift', '+V KeyV 86 control shift');
    paste({text: 'a', html: '<b>a</b>'});
    // Once it has arrived, the paste before it has been sent.
    view.sendText('between');
    await server.until(() => connection.of('text').length === 1);
    paste({text: 'b', html: '<b>b</b>'});
    await server.until(() => connection.pastes.length === 2);
    assert.deepEqual(connection.pastes.map((paste) => Object.keys(paste)), [['text/plain'], ['text/plain', 'text/html']]);
  });

  it('a megabyte is pasted whole, in pieces, and what is typed meanwhile is not held up by it', async () => {
    const text = 'Grüße, 世界 🙂\n'.repeat(60_000);
    paste({text});
    press('+a KeyA 65', '-a KeyA 65');
    await server.until(() => connection.pastes.length === 1 && connection.of('key').length === 2);
    assert(connection.pastes[0]?.['text/plain'] === text, 'not the text that was pasted');
    assert.isTrue(connection.arrivals.every((arrival) => !(arrival instanceof Uint8Array) || arrival.length <= 1024 * 1024));
    assert.isBelow(story().indexOf('a down'), story().length - 2, 'the key goes before the last bytes');
  });

  it('a paste while another is on its way goes as text, in its place', async () => {
    paste({text: 'x'.repeat(500_000)});
    paste({text: 'second', html: '<b>second</b>'});
    await server.until(() => connection.pastes.length === 1 && connection.of('text').length === 1);
    assert.equal(connection.of('text')[0]?.text, 'second');
    assert.isAbove(story().indexOf('text'), story().indexOf('paste'));
  });

  it('what is too long for a paste goes as text, and a form that does not fit stays behind', async () => {
    const mebibytes = (count: number) => 'x'.repeat(count * 1024 * 1024);
    paste({text: mebibytes(1), html: mebibytes(8)});
    await server.until(() => connection.pastes.length === 1);
    assert.deepEqual(Object.keys(connection.pastes[0] ?? {}), ['text/plain']);
    paste({text: `${mebibytes(8)}!`});
    await server.until(() => connection.of('text').at(-1)?.text.endsWith('!'));
    assert.equal(connection.of('paste').length, 1);
    assert.equal(connection.of('text').reduce((length, {text}) => length + text.length, 0), 8 * 1024 * 1024 + 1);
  });

  it('nothing goes for an empty clipboard, or while it is read only', async () => {
    paste({});
    paste({text: '', files: [new File(['no'], 'a.txt', {type: 'text/plain'})]});
    view.readOnly = true;
    await view.updateComplete;
    paste({text: 'no'});
    view.readOnly = false;
    await view.updateComplete;
    view.sendText('end');
    await server.until(() => connection.of('text').length === 1);
    assert.deepEqual(story(), ['text']);
  });

  it('a paste that is lost with the socket is said to be lost', async () => {
    const lost = new Promise<string>((resolve) => view.addEventListener('error', ({error}) => error.code === 'input_lost' && resolve(error.code)));
    paste({files: [new File([new Uint8Array(4 * 1024 * 1024)], 'image.png', {type: 'image/png'})]});
    connection.terminate();
    assert.equal(await lost, 'input_lost');
  });

  it('copies and cuts by the keys alone', async () => {
    press('+Control ControlLeft 17 control', '+c KeyC 67 control', '-c KeyC 67 control', '+x KeyX 88 control', '-x KeyX 88 control', '-Control ControlLeft 17');
    await server.until(() => connection.of('key').length === 6);
    assert.deepEqual(connection.of('copy'), []);
  });

  it('gives the viewer what they copied themselves, and only the event of what the page did', async () => {
    const written = replaceClipboard(() => Promise.resolve());
    try {
      press('+Control ControlLeft 17 control', '+c KeyC 67 control');
      connection.send({type: 'clipboard', text: 'by the page', by: 'page'});
      assert.deepInclude(await nextEvent(view, 'clipboard'), {text: 'by the page', by: 'page'});
      connection.send({type: 'clipboard', text: 'mine', by: 'person'});
      await nextEvent(view, 'clipboard');
      connection.send({type: 'clipboard', text: 'mine too', html: '<b>mine too</b>', by: 'person'});
      assert.deepInclude(await nextEvent(view, 'clipboard'), {text: 'mine too', html: '<b>mine too</b>', by: 'person'});
      // Reading a format from an item takes time.
      while (written.html.length === 0) await nextFrame();
      connection.send({type: 'clipboard', text: '', by: 'person'});
      view.addEventListener('clipboard', (event) => event.preventDefault(), {once: true});
      connection.send({type: 'clipboard', text: 'kept by the page around', by: 'person'});
      assert.equal((await nextEvent(view, 'clipboard')).text, 'kept by the page around', 'nothing copied: nothing said');
      assert.deepEqual(written.texts, ['mine', 'mine too']);
      assert.deepEqual(written.html, ['<b>mine too</b>']);
    } finally {
      written.undo();
    }
  });

  it('ignores by: person if this viewer has not done anything', async () => {
    const written = replaceClipboard(() => Promise.resolve());
    const now = performance.now.bind(performance);
    try {
      connection.send({type: 'clipboard', text: 'never', by: 'person'});
      await nextEvent(view, 'clipboard');
      press('+a KeyA 65', '-a KeyA 65');
      performance.now = () => now() + 6000;
      connection.send({type: 'clipboard', text: 'too late', by: 'person'});
      await nextEvent(view, 'clipboard');
      performance.now = now;
      connection.send({type: 'clipboard', text: 'right after', by: 'person'});
      await nextEvent(view, 'clipboard');
      assert.deepEqual(written.texts, ['right after']);
    } finally {
      performance.now = now;
      written.undo();
    }
  });
});

/** Replaces the clipboard, which asks with prompts. Writes get the test's answer, and reads are forbidden. */
function replaceClipboard(answer: () => Promise<void>): {readonly texts: string[]; readonly html: string[]; readonly undo: () => void} {
  const texts: string[] = [];
  const html: string[] = [];
  const writeText = (text: string) => {
    texts.push(text);
    return answer();
  };
  const write = async ([item]: readonly ClipboardItem[]) => {
    texts.push(await (await item?.getType('text/plain'))?.text() ?? '');
    html.push(await (await item?.getType('text/html'))?.text() ?? '');
    return answer();
  };
  const refused = () => {
    throw new Error('The clipboard is never read.');
  };
  Object.defineProperty(navigator, 'clipboard', {configurable: true, value: {write, writeText, readText: refused, read: refused}});
  return {texts, html, undo: () => Reflect.deleteProperty(navigator, 'clipboard')};
}
