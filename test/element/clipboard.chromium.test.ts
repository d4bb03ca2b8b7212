import {assert} from 'chai';
import {sendKeys} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {cdp} from '../support/input-commands.js';
import {liveView, sinkOf} from '../support/interactive-view.js';
import {nextEvent} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const MODIFIER = {control: 2} as const;

describe("the clipboard, the browser's own", () => {
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

  /** Fills a field of the page and copies it like a person, because the clipboard needs a click or key. */
  async function copy(text: string): Promise<void> {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    await shortcut('c', 67, 'copy');
    field.remove();
  }

  async function shortcut(key: string, windowsVirtualKeyCode: number, command: string): Promise<void> {
    const members = {key, code: `Key${key.toUpperCase()}`, windowsVirtualKeyCode, modifiers: MODIFIER.control};
    await cdp('Input.dispatchKeyEvent', {type: 'rawKeyDown', ...members, commands: [command]});
    await cdp('Input.dispatchKeyEvent', {type: 'keyUp', ...members});
  }

  /** The clipboard's content, read by a paste. */
  async function pasted(): Promise<string> {
    const field = document.createElement('textarea');
    document.body.append(field);
    field.focus();
    await shortcut('v', 86, 'paste');
    field.remove();
    return field.value;
  }

  it('is pasted into the session, a megabyte of it, with no permission asked for', async () => {
    const text = 'Grüße, 世界 🙂 @€ 👩‍👩‍👧\n'.repeat(25_000);
    assert.isAbove(new TextEncoder().encode(text).length, 1024 * 1024);
    await copy(text);
    view.focus();
    await shortcut('v', 86, 'paste');
    view.sendText('end');
    await server.until(() => connection.of('text').at(-1)?.text === 'end');
    assert(connection.of('text').slice(0, -1).map((message) => message.text).join('') === text, 'not the text that was copied');
    assert.deepEqual(connection.of('key'), []);
    assert.isBelow(sinkOf(view).value.length, 10, 'nothing of it stays in the field');
  });

  it('gets what was copied in the session', async () => {
    await sendKeys({down: 'Control'});
    await sendKeys({press: 'c'});
    await sendKeys({up: 'Control'});
    await server.until(() => connection.of('copy').length === 1);
    connection.send({type: 'clipboard', text: 'Grüße 世界 🙂'});
    await nextEvent(view, 'clipboard');
    view.sendText('?');
    await server.until(() => connection.of('text').length === 1);
    assert.equal(await pasted(), 'Grüße 世界 🙂');
  });

  it('is written with execCommand if the Clipboard API is refused', async () => {
    await copy('before');
    view.focus();
    Object.defineProperty(navigator, 'clipboard', {configurable: true, value: undefined});
    try {
      await sendKeys({press: 'c'});
      connection.send({type: 'clipboard', text: 'in the old way 🙂'});
      await nextEvent(view, 'clipboard');
      view.sendText('?');
      await server.until(() => connection.of('text').length === 1);
      assert.equal(await pasted(), 'in the old way 🙂');
    } finally {
      Reflect.deleteProperty(navigator, 'clipboard');
    }
  });
});
