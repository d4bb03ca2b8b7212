import {assert} from 'chai';
import {TextSink} from '../../src/input/text-sink.js';

/** One change of a field by a browser: the new text (`|` is the caret), whether it is set before or after the event, and the event. */
type Step = readonly ['start' | 'end' | 'input', data: string] | readonly ['set' | 'at once', value: string];

/*
 * The sequences are those of the Input Events specification's and of the browsers' own tests:
 * https://w3c.github.io/input-events/#event-order-during-ime-composition, https://w3c.github.io/uievents/#events-compositionevents,
 * and for WebKit, which takes the composed text out before it puts the final text in, https://w3c.github.io/input-events/#events-inputevent-event-order.
 */
const SEQUENCES: readonly (readonly [name: string, steps: readonly Step[], expected: string])[] = [
  ['Chromium: the last input comes before the end', [
    ['start', ''], ['set', 'か|'], ['input', 'か'], ['set', '漢|'], ['input', '漢'], ['end', '漢'],
  ], '[か] 漢'],
  ['Firefox: the last input comes after the end', [
    ['start', ''], ['set', 'か|'], ['input', 'か'], ['set', '漢|'], ['end', '漢'], ['input', '漢'],
  ], '[か] 漢'],
  ['Safari: composed text goes, final text comes, then the end', [
    ['start', ''], ['set', 'にほん|'], ['input', 'にほん'], ['set', '|'], ['input', ''], ['at once', '日本|'], ['input', '日本'], ['end', '日本'],
  ], '[にほん] 日本'],
  ['abandoned by Escape', [['start', ''], ['set', 'か|'], ['input', 'か'], ['set', '|'], ['input', ''], ['end', '']], '[か] []'],
  ['abandoned with no input event', [['start', ''], ['set', 'か|'], ['input', 'か'], ['set', '|'], ['end', '']], '[か] []'],
  ['Korean: one syllable after the other', [
    ['start', ''], ['set', '하|'], ['input', '하'], ['set', '한|'], ['input', '한'], ['end', '한'],
    ['start', ''], ['set', '한ㄱ|'], ['input', 'ㄱ'], ['set', '한국|'], ['input', '국'], ['end', '국'],
  ], '[하] 한 [ㄱ] 국'],
  ['Gboard: a word is composed, then a space ends it', [
    ['start', ''], ['set', 'h|'], ['input', 'h'], ['set', 'hi|'], ['input', 'hi'], ['end', 'hi'], ['set', 'hi |'], ['input', ' '],
  ], '[h] hi " "'],
  ['Gboard: a suggestion replaces the word', [
    ['start', ''], ['set', 'teh|'], ['input', 'teh'], ['set', 'the|'], ['input', 'the'], ['end', 'the'], ['set', 'the |'], ['input', ' '],
  ], '[teh] the " "'],
  ['Gboard: Backspace takes the word up again', [
    ['set', 'hi|'], ['input', 'hi'], ['start', 'hi'], ['set', 'h|'], ['input', 'h'], ['end', 'h'],
  ], 'hi <- <- h'],
  ['Gboard: a word is swiped', [['start', ''], ['set', 'hello|'], ['input', 'hello'], ['end', 'hello']], 'hello'],
  ['iOS: a correction as the space is typed', [
    ['set', 't|'], ['input', 't'], ['set', 'te|'], ['input', 'e'], ['set', 'teh|'], ['input', 'h'], ['set', 'the|'], ['input', 'the'], ['set', 'the |'], ['input', ' '],
  ], 't e h <- <- he " "'],
  ['a correction of an earlier word', [['set', 'teh cat|'], ['input', 'teh cat'], ['set', 'the cat|'], ['input', 'the']], '"teh cat" <- <- <- <- <- <- "he cat"'],
  ['one Backspace for an emoji of several code points', [['set', 'a👩‍👩‍👧|'], ['input', '👩‍👩‍👧'], ['set', 'a|'], ['input', '']], 'a👩‍👩‍👧 <-'],
  ['Thai: a vowel in place of a tone and a vowel', [['set', 'น้ำ|'], ['input', 'น้ำ'], ['set', 'นาม|'], ['input', 'นาม']], 'น้ำ <- <- าม'],
  ['Hindi: a word is taken up again', [
    ['set', 'नमस्ते|'], ['input', 'नमस्ते'], ['start', 'नमस्ते'], ['set', 'नमस्कार|'], ['input', 'नमस्कार'], ['end', 'नमस्कार'],
  ], `नमस्ते${' <-'.repeat(6)} नमस्कार`],
  ['Hindi: the last syllable goes', [['set', 'पक्षि|'], ['input', 'पक्षि'], ['set', 'प|'], ['input', '']], 'पक्षि <- <- <- <-'],
  ['Arabic: vowel marks are corrected', [['set', 'مُحَمَّد|'], ['input', 'مُحَمَّد'], ['set', 'محمد|'], ['input', 'محمد']], `مُحَمَّد${' <-'.repeat(7)} حمد`],
  ['Hebrew: points are corrected', [['set', 'שָׁלוֹם|'], ['input', 'שָׁלוֹם'], ['set', 'שלום|'], ['input', 'שלום']], `שָׁלוֹם${' <-'.repeat(6)} לום`],
  ['Bengali: another conjunct', [['set', 'ক্ষুদ্র|'], ['input', 'ক্ষুদ্র'], ['set', 'ক্ষমা|'], ['input', 'ক্ষমা']], `ক্ষুদ্র${' <-'.repeat(4)} মা`],
  ['an emoji with another skin', [['set', '👍🏽|'], ['input', '👍🏽'], ['set', '👍🏿|'], ['input', '👍🏿']], '👍🏽 <- 👍🏿'],
  ['one flag for another', [['set', '🇩🇪🇫🇷|'], ['input', '🇩🇪🇫🇷'], ['set', '🇩🇪🇫🇮|'], ['input', '🇩🇪🇫🇮']], '🇩🇪🇫🇷 <- 🇫🇮'],
  ['one emoji for another of the same half', [['set', '🙂|'], ['input', '🙂'], ['set', '🙃|'], ['input', '🙃']], '🙂 <- 🙃'],
  ['Enter', [['set', 'a|'], ['input', 'a'], ['set', 'a\n|'], ['input', '\n'], ['set', 'b|'], ['input', 'b']], 'a ENTER b'],
  ['lines that were pasted from the keyboard', [['set', 'a\nb|'], ['input', 'a\nb']], '"a\nb"'],
  ['a caret within what is composed', [['start', ''], ['set', 'か|ん'], ['input', 'かん']], '[か|ん]'],
];

describe('the field that input methods write to', () => {
  for (const [name, steps, expected] of SEQUENCES) {
    it(name, () => {
      const sent: string[] = [];
      const area = document.createElement('textarea');
      document.body.append(area);
      let frame = () => {};
      const sink = new TextSink({
        isAccepted: () => true,
        wait: (waiting) => frame = () => waiting.flush(),
        sendText: (text) => sent.push(/\s/.test(text) ? `"${text}"` : text),
        pressKey: (key) => {
          frame();
          sent.push(key === 'Backspace' ? '<-' : key.toUpperCase());
        },
        compose: ({text, selectionStart: start, selectionEnd: end}) => sent.push(start === end && end === text.length ? `[${text}]` : `[${text.slice(0, start)}|${text.slice(end)}]`),
      });
      const listeners = new AbortController();
      sink.listen(area, listeners.signal);
      for (const step of steps) {
        if (step[0] === 'set') frame();
        play(area, step);
      }
      frame();
      listeners.abort();
      area.remove();
      assert.equal(sent.join(' '), expected);
    });
  }

  it('registers any number of Backspaces while empty', () => {
    let count = 0;
    const area = document.createElement('textarea');
    const sink = new TextSink({isAccepted: () => true, wait: () => {}, sendText: () => {}, compose: () => {}, pressKey: () => count++});
    sink.listen(area, new AbortController().signal);
    for (let i = 0; i < 3; i++) {
      assert.isNotEmpty(area.value);
      area.value = area.value.slice(0, -1);
      area.dispatchEvent(new InputEvent('input', {inputType: 'deleteContentBackward'}));
    }
    assert.equal(count, 3);
  });

  it('does not grow with what is typed', () => {
    const area = document.createElement('textarea');
    const sent: string[] = [];
    new TextSink({isAccepted: () => true, wait: () => {}, sendText: (text) => sent.push(text), compose: () => {}, pressKey: () => assert.fail()}).listen(area, new AbortController().signal);
    for (let i = 0; i < 1000; i++) {
      area.value += 'x';
      area.dispatchEvent(new InputEvent('input'));
    }
    assert.equal(sent.join(''), 'x'.repeat(1000));
    assert.isBelow(area.value.length, 300);
  });
});

/** The initial text of the field, so that Backspace fires an event. */
const PAD = '\u200b';

function play(area: HTMLTextAreaElement, [kind, text]: Step): void {
  switch (kind) {
    case 'set':
    case 'at once': {
      area.value = PAD + text.replace('|', '');
      const caret = PAD.length + text.indexOf('|');
      area.setSelectionRange(caret, caret);
      return;
    }
    case 'input':
      area.dispatchEvent(new InputEvent('input', {data: text}));
      return;
    default:
      area.dispatchEvent(new CompositionEvent(`composition${kind}`, {data: text}));
  }
}
