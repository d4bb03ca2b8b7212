import type {KeyMessage} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import {backspaceUnits} from '../../src/input/split-text.js';
import {DrivenSession, type Hand} from '../support/driven-session.js';

let driven: DrivenSession;
let hand: Hand;

test.beforeAll(async () => {
  driven = await DrivenSession.start('desktop');
});

test.afterAll(() => driven.stop());

test.beforeEach(async () => {
  hand = driven.hand();
  await driven.open(driven.recording.page('typing', '<textarea id="area" autofocus rows="8" cols="40"></textarea><input id="next">'));
  await driven.evaluate('area.focus()');
  driven.recording.clear();
});

test.afterEach(() => hand.leave());

/** Sends a last key, and waits until the page reports it. Everything before it has then arrived. */
async function settle(): Promise<void> {
  const count = () => driven.recording.of('keyup').filter(({members}) => members['key'] === 'F9').length;
  const before = count();
  hand.press('F9', {code: 'F9', keyCode: 120});
  await driven.recording.until(() => count() > before);
}

const value = () => driven.evaluate('area.value');

/** The members of a character's key on a US keyboard. */
function onUsKeyboard(character: string): Partial<KeyMessage> {
  const rows: Readonly<Record<string, readonly [string, number]>> = {
    '`~': ['Backquote', 192], '-_': ['Minus', 189], '=+': ['Equal', 187], '[{': ['BracketLeft', 219], ']}': ['BracketRight', 221],
    '\\|': ['Backslash', 220], ';:': ['Semicolon', 186], '\'"': ['Quote', 222], ',<': ['Comma', 188], '.>': ['Period', 190], '/?': ['Slash', 191],
  };
  const digit = ')!@#$%^&*('.indexOf(character);
  if (digit >= 0) return {code: `Digit${digit}`, keyCode: 48 + digit, modifiers: 8};
  if (/\d/.test(character)) return {code: `Digit${character}`, keyCode: character.charCodeAt(0)};
  if (/[a-z]/i.test(character)) return {code: `Key${character.toUpperCase()}`, keyCode: character.toUpperCase().charCodeAt(0), modifiers: /[A-Z]/.test(character) ? 8 : 0};
  if (character === ' ') return {code: 'Space', keyCode: 32};
  const [pair, [code, keyCode]] = Object.entries(rows).find(([keys]) => keys.includes(character)) ?? ['', ['', 0]];
  return {code, keyCode, modifiers: pair.indexOf(character) === 1 ? 8 : 0};
}

const ASCII = Array.from({length: 95}, (_, index) => String.fromCharCode(32 + index)).join('');

test('every printable character of a US keyboard, with the members that a person\'s has', async () => {
  for (const character of ASCII) hand.press(character, onUsKeyboard(character));
  await settle();
  expect(await value()).toBe(ASCII);
  const {recording} = driven;
  for (const [index, character] of [...ASCII].entries()) {
    const {code, keyCode, modifiers = 0} = onUsKeyboard(character);
    expect(recording.of('keydown')[index]?.members).toMatchObject({key: character, code, keyCode, charCode: 0, shiftKey: modifiers === 8, location: 0, repeat: false, isTrusted: true});
    expect(recording.of('keypress')[index]?.members).toMatchObject({key: character, charCode: character.charCodeAt(0)});
    expect(recording.of('beforeinput')[index]?.members).toMatchObject({inputType: 'insertText', data: character});
  }
});

test('a key without code and keyCode types its character', async () => {
  const text = 'Grüße, 世界 🙂 @€ #$%&\'(.pa';
  for (const character of text) hand.press(character);
  // Some viewers send the character's code as `keyCode`, which is that of Delete, F1 and the number pad.
  for (const character of '.pa(') hand.press(character, {keyCode: character.charCodeAt(0)});
  await settle();
  expect(await value()).toBe(`${text}.pa(`);
});

test('the viewer\'s text is what a key types: nothing with Alt on a non-Latin layout', async () => {
  const layouts = [['й', 'KeyQ', 81], ['ס', 'KeyX', 88], ['ธ', 'KeyT', 84], ['α', 'KeyA', 65]] as const;
  for (const [key, code, keyCode] of layouts) for (const modifiers of [1, 3, 2]) hand.press(key, {code, keyCode, modifiers, text: ''});
  await settle();
  expect(await value()).toBe('');
  const downs = driven.recording.of('keydown').map(({members}) => `${String(members['key'])} ${Number(members['altKey'])} ${Number(members['ctrlKey'])}`);
  expect(downs.slice(0, 12)).toEqual(layouts.flatMap(([key]) => [`${key} 1 0`, `${key} 1 1`, `${key} 0 1`]));
  hand.press('й', {code: 'KeyQ', keyCode: 81, text: 'й'});
  // Compose, with an input method that commits its text with an ordinary key.
  hand.press('e', {code: 'KeyE', keyCode: 69, text: 'é'});
  hand.press('\'', {code: 'Quote', keyCode: 222, text: ''});
  hand.press('Dead', {code: 'BracketLeft', keyCode: 219, text: ''});
  await settle();
  expect(await value()).toBe('йé');
});

test('AltGr and Option type characters, and shortcuts type nothing', async () => {
  hand.press('@', {code: 'KeyQ', keyCode: 81, modifiers: 3});
  hand.press('€', {code: 'KeyE', keyCode: 69, modifiers: 3});
  hand.press('å', {code: 'KeyA', keyCode: 65, modifiers: 1});
  hand.press('b', {code: 'KeyB', keyCode: 66, modifiers: 2});
  hand.press('b', {code: 'KeyB', keyCode: 66, modifiers: 3});
  hand.press('c', {code: 'KeyC', keyCode: 67, modifiers: 4});
  await settle();
  expect(await value()).toBe('@€å');
  hand.press('a', {code: 'KeyA', keyCode: 65, modifiers: 2});
  hand.press('x', {code: 'KeyX', keyCode: 88});
  await settle();
  expect(await value()).toBe('x');
  hand.press('a', {code: 'KeyA', keyCode: 65, modifiers: 4});
  hand.press('y', {code: 'KeyY', keyCode: 89});
  await settle();
  expect(await value()).toBe('y');
});

test('editing keys, the number pad, repeats, left and right', async () => {
  const {recording} = driven;
  hand.key('down', 'Shift', {code: 'ShiftRight', keyCode: 16, location: 2, modifiers: 8});
  hand.key('up', 'Shift', {code: 'ShiftRight', keyCode: 16, location: 2});
  hand.press('7', {code: 'Numpad7', keyCode: 103, location: 3});
  hand.key('down', 'a', {code: 'KeyA', keyCode: 65});
  hand.key('down', 'a', {code: 'KeyA', keyCode: 65, repeat: true});
  hand.key('up', 'a', {code: 'KeyA', keyCode: 65});
  hand.press('Enter', {code: 'Enter', keyCode: 13});
  hand.press('b', {code: 'KeyB', keyCode: 66});
  hand.press('ArrowLeft', {code: 'ArrowLeft', keyCode: 37});
  hand.press('Backspace', {code: 'Backspace', keyCode: 8});
  hand.press('Delete', {code: 'Delete', keyCode: 46});
  await settle();
  expect(await value()).toBe('7aa');
  const downs = recording.of('keydown').map(({members}) => [members['key'], members['location'], members['repeat']]);
  expect(downs.slice(0, 4)).toEqual([['Shift', 2, false], ['7', 3, false], ['a', 0, false], ['a', 0, true]]);
  expect(recording.of('beforeinput').map(({members}) => members['inputType'])).toEqual([
    'insertText', 'insertText', 'insertText', 'insertLineBreak', 'insertText', 'deleteContentBackward', 'deleteContentForward',
  ]);
  hand.press('Tab', {code: 'Tab', keyCode: 9});
  await settle();
  expect(await driven.evaluate('document.activeElement.id')).toBe('next');
});

/** Clusters of many scripts, emoji of all kinds, and near misses. */
const CLUSTERS = [
  'น้ำใจ', 'กำลัง', 'नमस्ते', 'क्षि', 'श्री', 'مُحَمَّد', 'שָׁלוֹם', 'ক্ষুদ্র', 'ស្ត្រី', 'မြန်မာ', 'தமிழ்', 'ශ්‍රී', 'e\u0301\u0323', 'q̃x', '한글각', 'ㅎㅏㄴ',
  '👩‍👩‍👧', '👍🏽', '👩🏽‍💻', '🏳️‍🌈', '🇩🇪🇫🇷', '🇩🇪🇫', '1️⃣2⃣', '#️⃣', '❤️', '❤', '☝🏿', '🧑🏻‍❤️‍💋‍🧑🏿', '👁️‍🗨️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '葛󠄀', 'a\u200db', '1\u200d2', '🙂\u200d', '©️', 'ᠮ᠋', '\u200bab',
];

test('Backspace deletes what the element expects it to delete, for each kind of cluster', async () => {
  // F2 makes the page show the next one.
  await driven.evaluate(`window.seen = []; {
    const clusters = ${JSON.stringify(CLUSTERS)};
    addEventListener('keydown', ({key}) => {
      if (key !== 'F2') return;
      area.value = clusters.shift();
      area.setSelectionRange(1000, 1000);
    });
    area.addEventListener('input', () => seen.push(area.value));
  }`);
  const expected = CLUSTERS.flatMap((cluster) => {
    hand.press('F2', {code: 'F2', keyCode: 113});
    return backspaceUnits(cluster).map((_, index, units) => {
      hand.press('Backspace', {code: 'Backspace', keyCode: 8});
      return units.slice(0, units.length - 1 - index).join('');
    });
  });
  await settle();
  expect(await driven.evaluate('seen')).toEqual(expected);
});

for (const [type, typed, expected] of [['date', '05062026', '2026-05-06'], ['time', '0506p', '17:06']] as const) {
  test(`the picker of a field of type ${type} is in no picture: it is closed, and the keys are the page's`, async () => {
    const {recording} = driven;
    await driven.open(recording.page(type, `<style>body {margin: 0} input {position: absolute; left: 10px; top: 10px; width: 200px; height: 30px; box-sizing: border-box}</style><input id="field" type="${type}">`));
    // Twice, because a closed picker can be opened again.
    for (let time = 0; time < 2; time++) {
      recording.clear();
      hand.click(197, 25);
      await recording.next('click');
      await expect.poll(() => driven.evaluate('field.matches(":open")')).toBe(false);
    }
    recording.clear();
    await driven.evaluate('field.blur(), field.focus()');
    for (const key of typed) hand.press(key, {keyCode: key.toUpperCase().charCodeAt(0), text: key});
    await settle();
    expect(recording.of('keydown').map(({members}) => members['key']).join('')).toBe(`${typed}F9`);
    expect(await driven.evaluate('field.value')).toBe(expected);
  });
}

test('a composition is seen as it grows, and committed once', async () => {
  const {recording} = driven;
  for (const text of ['に', 'にほ', 'にほん']) hand.send({type: 'compose', text, selectionStart: text.length, selectionEnd: text.length});
  hand.send({type: 'text', text: '日本'});
  hand.send({type: 'compose', text: 'x', selectionStart: 1, selectionEnd: 1}, {type: 'compose', text: '', selectionStart: 0, selectionEnd: 0});
  hand.send({type: 'compose', text: 'z', selectionStart: 1, selectionEnd: 1}, {type: 'release'});
  hand.press('!', {code: 'Digit1', keyCode: 49, modifiers: 8});
  await settle();
  expect(await value()).toBe('日本!');
  expect(recording.of('compositionstart')).toHaveLength(3);
  expect(recording.of('compositionend')).toHaveLength(3);
  expect(recording.of('input').slice(0, 4).map(({members}) => members['data'])).toEqual(['に', 'にほ', 'にほん', '日本']);
});

test('a dead key has the events of a real keyboard', async () => {
  const {recording} = driven;
  hand.key('down', 'Process', {code: 'Equal', keyCode: 229});
  hand.send({type: 'compose', text: '´', selectionStart: 1, selectionEnd: 1});
  hand.key('up', 'Dead', {code: 'Equal', keyCode: 187});
  hand.key('down', 'Process', {code: 'KeyE', keyCode: 229});
  hand.send({type: 'text', text: 'é'});
  hand.key('up', 'e', {code: 'KeyE', keyCode: 69});
  await settle();
  expect(await value()).toBe('é');
  expect(recording.of('keydown keyup').slice(0, 4).map(({type, members}) => [type, members['key'], members['keyCode']])).toEqual([
    ['keydown', 'Process', 229], ['keyup', 'Dead', 187], ['keydown', 'Process', 229], ['keyup', 'e', 69],
  ]);
});

test('a megabyte in pieces, and the selection back', async () => {
  // Without wrapping, which takes Chromium half a minute for such lines.
  await driven.evaluate('area.style.whiteSpace = "pre"');
  const piece = `${'Grüße 世界 🙂 '.repeat(2_600)}\n`;
  for (let count = 0; count < 20; count++) hand.send({type: 'text', text: piece});
  await settle();
  expect(await value()).toBe(piece.repeat(20));
  hand.press('a', {code: 'KeyA', keyCode: 65, modifiers: 2});
  hand.send({type: 'copy'});
  const {text} = await hand.next('clipboard');
  expect(Buffer.byteLength(JSON.stringify({type: 'clipboard', text}))).toBeLessThanOrEqual(1024 * 1024);
  expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
  expect(piece.repeat(20).startsWith(text)).toBe(true);
  expect(text).not.toMatch(/[\uD800-\uDBFF]$/);
});

test('copy reads the selection of a shadow tree, and never a password', async () => {
  await driven.evaluate(`{
    const host = document.body.appendChild(document.createElement('div'));
    host.attachShadow({mode: 'open'}).innerHTML = '<input value="in the shadow"><input type="password" value="secret">';
    const [field] = host.shadowRoot.children;
    field.focus();
    field.select();
  }`);
  hand.send({type: 'copy'});
  expect((await hand.next('clipboard')).text).toBe('in the shadow');
  await driven.evaluate('document.querySelector("div").shadowRoot.lastChild.focus(), document.querySelector("div").shadowRoot.lastChild.select()');
  hand.told.length = 0;
  hand.send({type: 'copy'});
  expect((await hand.next('clipboard')).text).not.toContain('secret');
});

test('a viewer who leaves lets go of the keys that they hold, and of no other\'s', async () => {
  const {recording} = driven;
  const other = driven.hand();
  other.key('down', 'Control', {code: 'ControlLeft', keyCode: 17, location: 1, modifiers: 2});
  other.key('down', 'k', {code: 'KeyK', keyCode: 75, modifiers: 2});
  hand.key('down', 'Shift', {code: 'ShiftLeft', keyCode: 16, location: 1, modifiers: 8});
  hand.key('up', 'k', {code: 'KeyK', keyCode: 75});
  other.leave();
  await settle();
  expect(recording.of('keyup').map(({members}) => members['key'])).toEqual(['k', 'Control', 'F9']);
});
