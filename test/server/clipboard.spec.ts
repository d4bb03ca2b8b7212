import type {ClipboardMessage} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import type {Profile} from '../../demo/server/session/device.js';
import {DrivenSession, type Hand} from '../support/driven-session.js';
import {codeMirror, proseMirror} from '../support/editors.js';

const C = 67;
const V = 86;
const X = 88;
const Z = 90;

const PAGE = `
  <meta name="viewport" content="width=device-width">
  <style>body {margin: 0} body > * {position: absolute; left: 10px; width: 300px; height: 30px}</style>
  <textarea id="area" style="top: 10px"></textarea>
  <input id="password" type="password" value="secret" style="top: 60px">
  <button id="write" style="top: 110px" onclick="navigator.clipboard.writeText('by writeText')">Copy</button>
  <button id="command" style="top: 160px" onclick="area.value = 'by execCommand'; area.select(); document.execCommand('copy')">Copy</button>
  <div id="rich" contenteditable style="top: 210px"></div>
  <div id="boxes" style="top: 260px">${'<input class="box" maxlength="1" style="width: 20px">'.repeat(6)}</div>
  <script>
    const fields = [...document.querySelectorAll('.box')];
    boxes.addEventListener('paste', (event) => {
      event.preventDefault();
      const digits = event.clipboardData.getData('text');
      for (const [index, field] of fields.entries()) field.value = digits[index] ?? '';
    });
    document.addEventListener('copy', (event) => {
      if (document.title !== 'table') return;
      event.preventDefault();
      event.clipboardData.setData('text/plain', 'A1\\tB1');
      event.clipboardData.setData('text/html', '<table><tr><td onclick="x()">A1<td>B1</table>');
      event.clipboardData.setData('application/x-cells', 'of the page alone');
    });
    let changes = 0;
    navigator.clipboard.addEventListener('clipboardchange', () => changes++);
  </script>`;

for (const profile of ['desktop', 'mobile'] satisfies Profile[]) test.describe(profile, () => {
  /** Tests that do not depend on the device. */
  const desktopTest = profile === 'desktop' ? test : () => {};

  let driven: DrivenSession;
  let hand: Hand;
  let other: Hand;
  let watcher: Hand;

  test.beforeAll(async () => {
    driven = await DrivenSession.start(profile);
    hand = driven.hand();
    other = driven.hand();
    watcher = driven.hand({isWatchOnly: true});
    // The clipboard of a new browser is empty, so its first content is the test's.
    await driven.open(driven.recording.page('first', '<textarea id="area" autofocus></textarea>'));
    await focus('area');
    hand.paste({'text/plain': 'before'});
    await until('area.value === "before"');
  });

  test.afterAll(() => driven.stop());

  test.beforeEach(async () => {
    await driven.open(driven.recording.page('clipboard', PAGE));
    for (const {told} of [hand, other, watcher]) told.length = 0;
  });

  async function focus(id: string): Promise<void> {
    await driven.evaluate(`${id}.focus()`);
  }

  async function until(expression: string): Promise<void> {
    await expect.poll(() => driven.evaluate(expression), {timeout: 20_000}).toBe(true);
  }

  /** Waits until the page has received everything that the viewer typed. */
  async function settle(): Promise<void> {
    driven.recording.clear();
    hand.press('F9', {code: 'F9', keyCode: 120});
    await driven.recording.until(() => driven.recording.of('keyup').some(({members}) => members['key'] === 'F9'));
  }

  /** The `clipboard` messages of each viewer, up to a last copy that marks the end. */
  async function toldUntilMarked(): Promise<Record<'hand' | 'other' | 'watcher', readonly ClipboardMessage[]>> {
    await driven.evaluate('document.title = ""; area.value = "mark"; area.focus(); area.select()');
    other.shortcut('c', C);
    const isMark = ({text}: ClipboardMessage) => text === 'mark';
    const of = ({told}: Hand) => told.filter((message): message is ClipboardMessage => message.type === 'clipboard');
    await Promise.all([hand, other].map((viewer) => viewer.until(() => of(viewer).some(isMark))));
    const before = (viewer: Hand) => of(viewer).filter((message) => !isMark(message));
    return {hand: before(hand), other: before(other), watcher: of(watcher)};
  }

  async function click(id: string): Promise<void> {
    const [x, y] = await driven.evaluate(`(({left, top, width, height}) => [left + width / 2, top + height / 2])(${id}.getBoundingClientRect())`) as [number, number];
    hand.click(x, y);
  }

  /** The clipboard's content, read by a paste in a page without listeners. */
  async function pasted(): Promise<unknown> {
    await driven.evaluate('area.value = ""; area.focus()');
    driven.recording.clear();
    other.shortcut('v', V);
    await driven.recording.next('paste');
    return driven.recording.of('paste')[0]?.members['text'];
  }

  desktopTest('what copies nothing says nothing, and leaves the clipboard: nothing selected, no field, a password', async () => {
    await driven.evaluate('area.value = "text"');
    for (const id of ['area', 'password']) {
      await focus(id);
      if (id === 'password') hand.shortcut('a', 65);
      hand.shortcut('c', C);
      hand.shortcut('x', X);
      await settle();
    }
    await driven.evaluate('document.activeElement.blur()');
    hand.shortcut('c', C);
    await settle();
    const told = await toldUntilMarked();
    expect(told).toEqual({hand: [], other: [], watcher: []});
  });

  test('a copy is sent to its viewer as person, to others with input as page, and not to watch-only viewers', async () => {
    await driven.evaluate('area.value = "Grüße 世界 🙂"; area.focus(); area.select()');
    hand.shortcut('c', C);
    await hand.next('clipboard');
    const text = 'Grüße 世界 🙂';
    expect(await toldUntilMarked()).toEqual({
      hand: [{type: 'clipboard', text, by: 'person'}], other: [{type: 'clipboard', text, by: 'page'}], watcher: [],
    });
    expect(await driven.evaluate('area.value')).toBe('mark');
  });

  desktopTest('a player that asks for what it copies, as those without this clipboard do, gets the answer and is not told once more', async () => {
    const old = driven.hand();
    await driven.evaluate('area.value = "asked for"; area.focus(); area.select()');
    old.shortcut('c', C);
    old.send({type: 'copy'});
    await other.until(() => other.told.some((message) => message.type === 'clipboard' && message.text === 'asked for'));
    await old.until(() => old.told.some(({type}) => type === 'clipboard'));
    await toldUntilMarked();
    expect(old.told.filter(({type}) => type === 'clipboard')).toEqual([{type: 'clipboard', text: 'asked for'}]);
    old.leave();
  });

  desktopTest('the same text is told again when it is copied again, and what was cut is told as well', async () => {
    await driven.evaluate('area.value = "again"; area.focus(); area.select()');
    for (let count = 1; count <= 2; count++) {
      hand.shortcut('c', C);
      await hand.until(() => hand.told.filter(({type}) => type === 'clipboard').length === count);
    }
    hand.shortcut('x', X);
    await hand.until(() => hand.told.filter(({type}) => type === 'clipboard').length === 3);
    expect(await driven.evaluate('area.value')).toBe('');
    expect((await toldUntilMarked()).hand.map(({text}) => text)).toEqual(['again', 'again', 'again']);
  });

  for (const [id, text] of [['write', 'by writeText'], ['command', 'by execCommand']] as const) {
    test(`a page's own Copy button copies: ${text}`, async () => {
      await click(id);
      expect(await hand.next('clipboard')).toEqual({type: 'clipboard', text, by: 'person'});
      expect(await other.next('clipboard')).toEqual({type: 'clipboard', text, by: 'page'});
      expect((await toldUntilMarked()).watcher, 'who only watches').toEqual([]);
    });
  }

  desktopTest('what a page copies by itself is nobody\'s own', async () => {
    await click('area');
    // Too late to count as the viewer's copy. The page may still write, because a click activates it for five seconds.
    await driven.evaluate('new Promise((resolve) => setTimeout(() => resolve(navigator.clipboard.writeText("by itself")), 1200))');
    expect(await hand.next('clipboard')).toEqual({type: 'clipboard', text: 'by itself', by: 'page'});
  });

  desktopTest('what a page\'s copy handler has set is what is copied, as it is', async () => {
    await driven.evaluate('document.title = "table"; area.focus()');
    hand.shortcut('c', C);
    const {text, html} = await hand.next('clipboard');
    expect(text).toBe('A1\tB1');
    expect(html).toContain('<td onclick="x()">A1');
    // The content returns to the page unchanged, with the format that only the page knows.
    await focus('area');
    driven.recording.clear();
    hand.paste({'text/plain': text, ...(html !== undefined && {'text/html': html})});
    const {members} = await driven.recording.next('paste');
    expect(members['types']).toContain('application/x-cells');
  });

  test('a paste is the browser\'s own: six boxes, a page that only listens, rich text; undone by itself', async () => {
    await driven.evaluate('fields[0].focus()');
    hand.paste({'text/plain': '123456'});
    await until('fields.map(({value}) => value).join("") === "123456"');
    await driven.evaluate('document.activeElement.blur()');
    driven.recording.clear();
    hand.paste({'text/plain': 'to a listener'});
    expect((await driven.recording.next('paste')).members).toMatchObject({text: 'to a listener', isTrusted: true});
    await focus('rich');
    hand.paste({'text/plain': 'bold', 'text/html': '<b>bold</b>'});
    await until('rich.innerHTML === "<b>bold</b>"');
    await focus('area');
    for (const key of 'ab') hand.press(key, {code: `Key${key.toUpperCase()}`, keyCode: key.toUpperCase().charCodeAt(0)});
    hand.paste({'text/plain': '-pasted'});
    await until('area.value === "ab-pasted"');
    hand.shortcut('z', Z);
    await until('area.value === "ab"');
    expect((await toldUntilMarked()).hand, 'what a viewer pastes is not told as a copy').toEqual([]);
  });

  desktopTest('its events are those of a keyboard, whether Control is held by the viewer or not, and plain with Shift', async () => {
    const story = () => driven.recording.of('keydown keyup paste input').map(({type, members: {key, text, inputType, ctrlKey, shiftKey}}) =>
      type === 'paste' ? `paste ${String(text)}` : type === 'input' ? String(inputType) : `${type} ${String(key)}${ctrlKey ? ' ctrl' : ''}${shiftKey ? ' shift' : ''}`);
    await focus('rich');
    hand.paste({'text/plain': 'one'});
    await until('rich.textContent === "one"');
    await driven.recording.until(() => story().length === 6);
    expect(story()).toEqual(['keydown Control ctrl', 'keydown v ctrl', 'paste one', 'insertFromPaste', 'keyup v ctrl', 'keyup Control']);
    driven.recording.clear();
    hand.key('down', 'Control', {code: 'ControlLeft', keyCode: 17, location: 1, modifiers: 2});
    hand.key('down', 'Shift', {code: 'ShiftLeft', keyCode: 16, location: 1, modifiers: 10});
    hand.paste({'text/plain': 'two'});
    hand.key('up', 'Shift', {code: 'ShiftLeft', keyCode: 16, location: 1, modifiers: 2});
    hand.key('up', 'Control', {code: 'ControlLeft', keyCode: 17, location: 1});
    await driven.recording.until(() => story().at(-1) === 'keyup Control');
    expect(story()).toEqual([
      'keydown Control ctrl', 'keydown Shift ctrl shift', 'keydown V ctrl shift', 'paste two', 'insertFromPaste', 'keyup V ctrl shift', 'keyup Shift ctrl', 'keyup Control',
    ]);
  });

  desktopTest('a picture arrives as a picture, and what only calls itself one does no harm', async () => {
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await focus('rich');
    hand.paste({'image/png': png});
    await until('rich.querySelector("img")?.src.startsWith("data:image/png")');
    hand.paste({'image/png': Buffer.from('no picture')});
    expect(await hand.next('error')).toMatchObject({code: 'bad_message'});
    await focus('area');
    driven.recording.clear();
    hand.paste({'text/plain': 'words', 'image/png': Buffer.from('no picture')});
    // The text is still pasted, and not typed.
    expect((await driven.recording.next('paste')).members).toMatchObject({text: 'words', types: 'text/plain'});
    await until('area.value === "words"');
  });

  desktopTest('what is typed after a paste comes after it, though its bytes come later; a paste that is forfeited holds nothing up', async () => {
    await focus('area');
    hand.press('a', {code: 'KeyA', keyCode: 65});
    const bring = hand.announce({'text/plain': '[pasted]'});
    hand.press('b', {code: 'KeyB', keyCode: 66});
    hand.send({type: 'text', text: 'c'});
    other.press('o', {code: 'KeyO', keyCode: 79});
    await until('area.value === "ao"');
    bring?.();
    await until('area.value === "ao[pasted]bc"');
    const leaver = driven.hand();
    leaver.announce({'text/plain': 'never'});
    leaver.press('d', {code: 'KeyD', keyCode: 68});
    leaver.leave();
    await until('area.value === "ao[pasted]bcd"');
  });

  test('a paste fires clipboardchange in the page only if it changes the clipboard', async () => {
    await click('area');
    await driven.evaluate('changes = 0');
    hand.paste({'text/plain': 'changed'});
    await until('changes === 1');
    hand.paste({'text/plain': 'changed'});
    await until('area.value === "changedchanged"');
    await driven.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    expect(await driven.evaluate('changes')).toBe(1);
  });

  test('copy and paste in a frame of another site', async () => {
    const {recording} = driven;
    const inner = recording.page('inner', '<style>body {margin: 0} textarea {position: absolute; inset: 0}</style><textarea id="field"></textarea>', 'frame');
    await driven.open(recording.page('around', `<meta name="viewport" content="width=device-width">
      <style>body {margin: 0} iframe {position: absolute; left: 20px; top: 20px; width: 300px; height: 100px; border: 0}</style><iframe src="${inner}"></iframe>`), 'inner');
    if (profile === 'desktop') await driven.reach(hand, 'inner', 100, 50);
    hand.click(100, 50);
    await recording.next('focus', 'inner');
    hand.paste({'text/plain': 'framed'});
    expect((await recording.next('paste', 'inner')).members).toMatchObject({text: 'framed', isTrusted: true});
    await recording.next('input', 'inner');
    hand.shortcut('a', 65);
    hand.shortcut('x', X);
    expect(await hand.next('clipboard')).toMatchObject({text: 'framed', by: 'person'});
    expect(recording.of('paste cut', 'around')).toEqual([]);
  });

  desktopTest('the older keys copy and cut as well, and whoever acted last has copied', async () => {
    await driven.evaluate('area.value = "older"; area.focus(); area.select()');
    hand.shortcut('Insert', 45);
    expect(await hand.next('clipboard')).toMatchObject({text: 'older', by: 'person'});
    hand.told.length = 0;
    const shift = {code: 'ShiftLeft', keyCode: 16, location: 1};
    other.key('down', 'Shift', {...shift, modifiers: 8});
    other.press('Delete', {code: 'Delete', keyCode: 46, modifiers: 8});
    other.key('up', 'Shift', shift);
    expect(await hand.next('clipboard')).toMatchObject({text: 'older', by: 'page'});
    expect(await driven.evaluate('area.value')).toBe('');
  });

  desktopTest('the clipboard is there again after somebody has closed its page', async () => {
    const connection = await CdpConnection.open(driven.session.browserUrl);
    const helpers = async () => (await connection.browser.send('Target.getTargets')).targetInfos.filter(({url}) => url === 'https://clipboard.invalid/');
    const [helper] = await helpers();
    await connection.browser.send('Target.closeTarget', {targetId: helper?.targetId ?? ''});
    await expect.poll(helpers).toEqual([]);
    await focus('area');
    hand.paste({'text/plain': 'once more'});
    await until('area.value === "once more"');
    await driven.evaluate('area.select()');
    hand.shortcut('c', C);
    expect(await hand.next('clipboard')).toMatchObject({text: 'once more'});
    connection.close();
  });

  desktopTest('an editor that draws only what is seen: all 300 lines are copied, cut and pasted', async () => {
    await driven.open(driven.recording.page('editor', '<div id="host"></div>', 'top', `<script>${await codeMirror()}</script>`));
    const lines = Array.from({length: 300}, (_, index) => `line ${index}`).join('\n');
    await driven.evaluate(`window.editor = openEditor(host, ${JSON.stringify(lines)}); editor.focus()`);
    expect(await driven.evaluate('document.querySelectorAll(".cm-line").length')).toBeLessThan(200);
    hand.shortcut('a', 65);
    hand.shortcut('c', C);
    expect((await hand.next('clipboard')).text).toBe(lines);
    hand.shortcut('x', X);
    await until('editor.state.doc.length === 0');
    hand.paste({'text/plain': lines});
    await until(`editor.state.doc.toString() === ${JSON.stringify(lines)}`);
  });

  test('an editor with handlers of its own: what it copies and cuts is told with its form, and comes back as it was', async () => {
    await driven.open(driven.recording.page('editor', '<meta name="viewport" content="width=device-width"><div id="host"></div>', 'top', `<script>${await proseMirror()}</script>`));
    const html = '<p>one <strong>two</strong></p><h2>three</h2>';
    await driven.evaluate(`window.editor = openEditor(host, ${JSON.stringify(html)}); editor.focus()`);
    hand.shortcut('a', 65);
    hand.shortcut('c', C);
    const copied = await hand.next('clipboard');
    expect(copied).toMatchObject({text: 'one two\n\nthree', by: 'person'});
    expect(copied.html).toContain('<strong>two</strong>');
    hand.shortcut('x', X);
    await until('editor.state.doc.textContent === ""');
    hand.paste({'text/plain': copied.text, ...(copied.html !== undefined && {'text/html': copied.html})});
    await until(`editor.dom.innerHTML === ${JSON.stringify(html)}`);
  });

  desktopTest('a megabyte comes whole, and goes cut to what a message holds', async () => {
    await driven.evaluate('area.style.whiteSpace = "pre"');
    await focus('area');
    const text = `${'Grüße 世界 🙂 '.repeat(2_600)}\n`.repeat(23);
    hand.paste({'text/plain': text});
    await until(`area.value.length === ${text.length}`);
    expect(await driven.evaluate('area.value')).toBe(text);
    hand.shortcut('a', 65);
    hand.shortcut('c', C);
    const told = await hand.next('clipboard');
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(told.text)).toBeGreaterThan(1_000_000);
    expect(text.startsWith(told.text)).toBe(true);
  });

  desktopTest('a copy that is larger than any message of the browser\'s is cut in the page', async () => {
    await driven.evaluate(`addEventListener('copy', (event) => {
      event.preventDefault();
      event.clipboardData.setData('text/plain', 'é'.repeat(33 * 1024 * 1024));
    }, {once: true})`);
    await driven.evaluate('area.value = "text"; area.focus(); area.select()');
    hand.shortcut('c', C);
    const {text} = await hand.next('clipboard');
    expect(/^é+$/.test(text)).toBe(true);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    await toldUntilMarked();
  });

  desktopTest('what is on the clipboard stays there while nothing is copied', async () => {
    await driven.evaluate('area.value = "kept"; area.focus(); area.select()');
    hand.shortcut('c', C);
    await hand.next('clipboard');
    await driven.evaluate('area.value = ""; document.activeElement.blur()');
    hand.shortcut('c', C);
    expect(await pasted()).toBe('kept');
  });
});
