import {assert} from 'chai';
import * as fc from 'fast-check';
import {HeldKeys} from '../../src/input/held-keys.js';
import {isForInputMethod, platformOf, shortcutOf, strokesFor, strokesOf, typedBy} from '../../src/input/keys.js';
import type {Platform, Shortcut} from '../../src/input/keys.js';
import type {KeyMessage} from '../../src/protocol.js';
import {keyPress} from '../support/key-press.js';

const [ALT, CONTROL, META, SHIFT] = [1, 2, 4, 8] as const;

describe('what the session gets for a key', () => {
  // Names and numbers are those of Chromium on each system, or of Firefox where noted.
  const rows: [string, Platform, Parameters<typeof keyPress>[0], string][] = [
    ['a letter', 'other', 'a KeyA 65', 'a KeyA 65 +0'],
    ['a letter of a French keyboard', 'other', 'a KeyQ 65', 'a KeyQ 65 +0'],
    ['a Greek letter', 'other', 'α KeyA 65', 'α KeyA 65 +0'],
    ['Shift and a letter', 'other', 'A KeyA 65 shift', `A KeyA 65 +${SHIFT}`],
    ['Control and a letter', 'windows', 'a KeyA 65 control', `a KeyA 65 +${CONTROL}`],
    ['the number pad', 'other', '5 Numpad5 101', '5 Numpad5 101 +0'],
    ['AltGr on Windows', 'windows', '@ KeyQ 81 control alt altgraph', '@ KeyQ 81 +0'],
    ['AltGr on Linux', 'other', '@ KeyQ 81 altgraph', '@ KeyQ 81 +0'],
    ['AltGr and Shift', 'windows', 'Ω KeyQ 81 control alt shift altgraph', `Ω KeyQ 81 +${SHIFT}`],
    ['Control and Alt, which is no AltGr', 'windows', 'k KeyK 75 control alt', `k KeyK 75 +${ALT | CONTROL}`],
    ['AltGr and a key that types nothing', 'windows', 'F5 F5 116 control alt altgraph', `F5 F5 116 +${ALT | CONTROL}`],
    ['Option types on a Mac', 'mac', '@ KeyL 76 alt', '@ KeyL 76 +0'],
    ['Option is AltGr to a Mac\'s Firefox, and no reason to drop Command', 'mac', 'k KeyK 75 meta alt altgraph', `k KeyK 75 +${ALT | CONTROL}`],
    ['Option with Control types nothing', 'mac', 'l KeyL 76 alt control', `l KeyL 76 +${ALT | CONTROL}`],
    ['Command is Control', 'mac', 'c KeyC 67 meta', `c KeyC 67 +${CONTROL}`],
    ['Shift and Command', 'mac', 'z KeyZ 90 meta shift', `z KeyZ 90 +${CONTROL | SHIFT}`],
    ['the Windows key stays what it is', 'windows', 'e KeyE 69 meta', `e KeyE 69 +${META}`],
    ['to the start of the line on a Mac', 'mac', 'ArrowLeft ArrowLeft 37 meta', 'Home Home 36 +0'],
    ['and select it', 'mac', 'ArrowRight ArrowRight 39 meta shift', `End End 35 +${SHIFT}`],
    ['to the top on a Mac', 'mac', 'ArrowUp ArrowUp 38 meta', `Home Home 36 +${CONTROL}`],
    ['to the end on a Mac', 'mac', 'ArrowDown ArrowDown 40 meta', `End End 35 +${CONTROL}`],
    ['a word to the left on a Mac', 'mac', 'ArrowLeft ArrowLeft 37 alt', `ArrowLeft ArrowLeft 37 +${CONTROL}`],
    ['a word back on a Mac', 'mac', 'Backspace Backspace 8 alt', `Backspace Backspace 8 +${CONTROL}`],
    ['the line back on a Mac', 'mac', 'Backspace Backspace 8 meta', `Home Home 36 +${SHIFT}, Backspace Backspace 8 +0`],
    ['Control stays Control on a Mac', 'mac', 'a KeyA 65 control', `a KeyA 65 +${CONTROL}`],
    ['a semicolon by Firefox', 'other', '; Semicolon 59', '; Semicolon 186 +0'],
    ['a letter that Firefox has no number for', 'other', 'ü BracketLeft 0', 'ü BracketLeft 0 +0'],
    ['Alt after Shift by X11', 'other', 'Meta AltLeft 18 shift alt', `Alt AltLeft 18 +${ALT | SHIFT}`],
    ['a keyboard that does not say which key', 'other', 'Enter - 13', 'Enter Enter 13 +0'],
  ];
  for (const [name, platform, press, expected] of rows) {
    it(`${name}: ${press} on ${platform}`, () => {
      const strokes = strokesOf(keyPress(press), platform);
      assert.equal(strokes.map(({key, code, keyCode, modifiers}) => `${key} ${code} ${keyCode} +${modifiers}`).join(', '), expected);
    });
  }

  it('has its text: empty for a dead key and with Alt, Control or Meta, in any layout', () => {
    const presses: [string, Platform, string | undefined][] = [
      ['a KeyA 65', 'other', 'a'], ['й KeyQ 81', 'windows', 'й'], ['й KeyQ 81 alt', 'windows', ''], ['ס KeyX 88 alt', 'other', ''], ['ธ KeyT 84 control alt', 'windows', ''],
      ['α KeyA 65 control', 'other', ''], ['α KeyA 65 meta', 'windows', ''], ['@ KeyQ 81 control alt altgraph', 'windows', '@'], ['€ KeyE 69 altgraph', 'other', '€'],
      ['å KeyA 65 alt', 'mac', 'å'], ['å KeyA 65 alt control', 'mac', ''], ['c KeyC 67 meta', 'mac', ''], ['Dead BracketLeft 219', 'windows', ''], ['Enter Enter 13', 'other', undefined], ['F5 F5 116', 'other', undefined],
    ];
    for (const [press, platform, text] of presses) {
      const [stroke] = strokesOf(keyPress(press), platform);
      assert.equal(typedBy(stroke)?.text, text, `${press} on ${platform}`);
    }
  });

  it('knows the platforms', () => {
    const platforms = ['MacIntel', 'iPhone', 'iPad', 'Win32', 'Linux x86_64', 'Linux armv8l', ''].map((platform) => platformOf({platform}));
    assert.deepEqual(platforms, ['mac', 'mac', 'mac', 'windows', 'other', 'other', 'other']);
  });

  it('leaves to the input method what is its own', () => {
    for (const key of ['Process', 'Unidentified', 'Hankaku', 'KanaMode', 'NonConvert', 'HangulMode', 'क्ष']) {
      assert.isTrue(isForInputMethod({key, keyCode: 0, isComposing: false}), key);
    }
    for (const key of ['a', 'Enter', 'Alt', 'ArrowLeft', 'Home', 'PageUp', '世', '🙂', 'ContextMenu']) assert.isFalse(isForInputMethod({key, keyCode: 1, isComposing: false}), key);
    assert.isTrue(isForInputMethod({key: 'a', keyCode: 229, isComposing: false}));
    assert.isTrue(isForInputMethod({key: 'Enter', keyCode: 13, isComposing: true}));
  });

  it('knows the combinations that need more than their keys', () => {
    const rows: [string, Platform, Shortcut][] = [
      ['v KeyV 86 control', 'windows', 'paste'], ['V KeyV 86 control shift', 'other', 'paste'], ['v KeyV 86 meta', 'mac', 'paste'],
      ['v KeyV 86 meta shift', 'mac', 'paste'], ['◊ KeyV 86 meta alt shift', 'mac', 'paste'], ['V KeyV 86 control alt shift', 'other', undefined],
      ['◊ KeyV 86 alt shift', 'mac', undefined], ['√ KeyV 86 meta alt', 'mac', undefined],
      ['Insert Insert 45 shift', 'windows', 'paste'], ['c KeyC 67 control', 'other', 'copy'], ['c KeyC 67 meta', 'mac', 'copy'],
      ['Insert Insert 45 control', 'windows', 'copy'], ['x KeyX 88 control', 'windows', 'cut'], ['x KeyX 88 meta', 'mac', 'cut'],
      ['Delete Delete 46 shift', 'windows', 'cut'], ['с KeyC 67 control', 'windows', 'copy'],
      ['w KeyW 87 control', 'other', 'browser'], ['t KeyT 84 meta', 'mac', 'browser'], ['N KeyN 78 control shift', 'windows', 'browser'],
      ['Tab Tab 9 control', 'windows', 'browser'], ['q KeyQ 81 meta', 'mac', 'browser'], ['F4 F4 115 alt', 'windows', 'browser'],
      ['c KeyC 67', 'other', undefined], ['c KeyC 67 meta', 'windows', undefined], ['C KeyC 67 control shift', 'other', undefined],
      ['v KeyV 86 control alt', 'windows', undefined], ['w KeyW 87 alt', 'windows', undefined], ['Delete Delete 46', 'windows', undefined],
      ['Insert Insert 45 shift', 'mac', undefined], ['Tab Tab 9', 'other', undefined],
    ];
    for (const [press, platform, expected] of rows) assert.equal(shortcutOf(keyPress(press), platform), expected, `${press} on ${platform}`);
  });
});

describe('a combination by its names', () => {
  const written = (combination: string) => strokesFor(combination).map(({key, code, keyCode, location, modifiers}) => `${key} ${code} ${keyCode} ${location} +${modifiers}`).join(', ');

  it('is pressed as on a US keyboard', () => {
    assert.equal(written('Control+A'), `Control ControlLeft 17 1 +${CONTROL}, a KeyA 65 0 +${CONTROL}`);
    assert.equal(written('Control+Shift+z'), `Control ControlLeft 17 1 +${CONTROL}, Shift ShiftLeft 16 1 +${CONTROL | SHIFT}, Z KeyZ 90 0 +${CONTROL | SHIFT}`);
    assert.equal(written('Control++'), `Control ControlLeft 17 1 +${CONTROL}, + Equal 187 0 +${CONTROL}`);
    assert.equal(written('+'), '+ Equal 187 0 +0');
    assert.equal(written('Shift+1'), `Shift ShiftLeft 16 1 +${SHIFT}, ! Digit1 49 0 +${SHIFT}`);
    assert.equal(written('A'), 'A KeyA 65 0 +0');
    assert.equal(written('Alt+F4'), `Alt AltLeft 18 1 +${ALT}, F4 F4 115 0 +${ALT}`);
    assert.equal(written(' '), '  Space 32 0 +0');
    assert.equal(written('Meta'), `Meta MetaLeft 91 1 +${META}`);
    assert.equal(written('世'), '世  0 0 +0');
    assert.equal(written('🙂'), '🙂  0 0 +0');
    for (const [key, code, keyCode] of [['-', 'Minus', 189], ['?', 'Slash', 191], ['~', 'Backquote', 192], ['[', 'BracketLeft', 219], ['"', 'Quote', 222], [')', 'Digit0', 48]]) {
      assert.equal(written(String(key)), `${key} ${code} ${keyCode} 0 +0`);
    }
  });

  it('names the unknown key in its error', () => {
    for (const wrong of ['', '+A', 'Ctrl+A', 'Entre', 'A+B', 'Control+', 'Enter+A', 'constructor', 'F25', 'Shift+🙂🙂']) {
      assert.throws(() => strokesFor(wrong), TypeError, `'${wrong}'`, wrong);
    }
  });
});

/** The sent messages in short: `+` down, `-` up, `*` repeated. */
function written(messages: readonly KeyMessage[]): string {
  return messages.map(({event, key, repeat, modifiers}) => `${event === 'up' ? '-' : repeat ? '*' : '+'}${key}${modifiers ? `/${modifiers}` : ''}`).join(' ');
}

describe('what is held', () => {
  /** `+press` is a keydown, `-press` a keyup, `?flags` another event, `.` the end of the wait for AltGr, and `!` the session's release of everything. */
  const rows: [string, Platform, string[], string][] = [
    ['comes up as it went down, whatever is held by then', 'other',
      ['+Shift ShiftLeft 16 shift', '+! Digit1 49 shift', '-Shift ShiftLeft 16', '-1 Digit1 49'], `+Shift/${SHIFT} +!/${SHIFT} -Shift -!`],
    ['repeats', 'other', ['+a KeyA 65', '+a KeyA 65 repeat', '-a KeyA 65'], '+a *a -a'],
    ['ignores a keyup of nothing', 'other', ['-Tab Tab 9'], ''],
    ['a keyup that was missed', 'other', ['+a KeyA 65', '+a KeyA 65'], '+a -a +a'],
    ['a modifier let go elsewhere, by the next key', 'other',
      ['+Control ControlLeft 17 control', '+a KeyA 65'], `+Control/${CONTROL} -Control +a`],
    ['or by a move of the mouse', 'other', ['+Shift ShiftLeft 16 shift', '?'], `+Shift/${SHIFT} -Shift`],
    ['and a flag alone presses nothing', 'other', ['?control'], ''],
    ['Windows tells of one Shift where two come up', 'windows',
      ['+Shift ShiftLeft 16 shift', '+Shift ShiftRight 16 shift', '-Shift ShiftRight 16'], `+Shift/${SHIFT} +Shift/${SHIFT} -Shift -Shift`],
    ['Win and Space, which Windows takes', 'windows', ['+Meta MetaLeft 91 meta', '+a KeyA 65'], `+Meta/${META} -Meta +a`],
    // Control, and AltGr right after it: https://github.com/novnc/noVNC/blob/master/core/input/keyboard.js
    ['AltGr on Windows', 'windows',
      ['+Control ControlLeft 17 control', '+AltGraph AltRight 18 control alt altgraph', '+@ KeyQ 81 control alt altgraph',
        '-@ KeyQ 81 control alt altgraph', '-Control ControlLeft 17 alt', '-AltGraph AltRight 18'], '+AltGraph +@ -@ -AltGraph'],
    ['AltGr held on Windows repeats its Control', 'windows',
      ['+Control ControlLeft 17 control', '+AltGraph AltRight 18 control alt altgraph', '+Control ControlLeft 17 control alt altgraph repeat',
        '+AltGraph AltRight 18 control alt altgraph repeat', '-AltGraph AltRight 18'], '+AltGraph *AltGraph -AltGraph'],
    ['AltGr called Alt by an older browser', 'windows',
      ['+Control ControlLeft 17 control', '+Alt AltRight 18 control alt', '+€ KeyE 69 control alt', '-€ KeyE 69 control alt'], '+AltGraph +€ -€'],
    ['a Control on Windows', 'windows', ['+Control ControlLeft 17 control', '.', '-Control ControlLeft 17'], `+Control/${CONTROL} -Control`],
    ['a quick one', 'windows', ['+Control ControlLeft 17 control', '-Control ControlLeft 17'], `+Control/${CONTROL} -Control`],
    ['a quick Control+C', 'windows', ['+Control ControlLeft 17 control', '+c KeyC 67 control', '-c KeyC 67 control', '-Control ControlLeft 17'],
      `+Control/${CONTROL} +c/${CONTROL} -c/${CONTROL} -Control`],
    ['a Control and a click', 'windows', ['+Control ControlLeft 17 control', '?control'], `+Control/${CONTROL}`],
    ['Control in doubt as the window loses the focus', 'windows', ['+Control ControlLeft 17 control', '!', '.'], ''],
    ['Command alone', 'mac', ['+Meta MetaLeft 91 meta', '-Meta MetaLeft 91'], ''],
    ['Command and Tab, which the Mac takes', 'mac', ['+Meta MetaLeft 91 meta', '!'], ''],
    ['Option alone', 'mac', ['+Alt AltLeft 18 alt', '-Alt AltLeft 18'], ''],
    ['Command+C on a Mac, whose keyups under Command are missing', 'mac', ['+Meta MetaLeft 91 meta', '+c KeyC 67 meta', '-Meta MetaLeft 91'],
      `+Control/${CONTROL} +c/${CONTROL} -c/${CONTROL} -Control`],
    ['Command+Z twice', 'mac', ['+Meta MetaLeft 91 meta', '+z KeyZ 90 meta', '+z KeyZ 90 meta', '-z KeyZ 90 meta', '-Meta MetaLeft 91'],
      `+Control/${CONTROL} +z/${CONTROL} -z/${CONTROL} +z/${CONTROL} -z/${CONTROL} -Control`],
    ['a key held as Command goes down', 'mac', ['+a KeyA 65', '+Meta MetaLeft 91 meta', '-Meta MetaLeft 91'], '+a -a'],
    ['Command+Shift+4, of which the Mac gives back nothing', 'mac',
      ['+Meta MetaLeft 91 meta', '+Shift ShiftLeft 16 meta shift', '?'], `+Shift/${CONTROL | SHIFT} -Shift`],
    ['to the start of the line, the rest of the shortcut still held', 'mac',
      ['+Meta MetaLeft 91 meta', '+c KeyC 67 meta', '+ArrowLeft ArrowLeft 37 meta', '-Meta MetaLeft 91'],
      `+Control/${CONTROL} +c/${CONTROL} -c/${CONTROL} -Control +Home -Home`],
    ['a word to the left', 'mac', ['+Alt AltLeft 18 alt', '+ArrowLeft ArrowLeft 37 alt', '-ArrowLeft ArrowLeft 37 alt', '-Alt AltLeft 18'],
      `+Control/${CONTROL} +ArrowLeft/${CONTROL} -ArrowLeft/${CONTROL} -Control`],
    ['the line back', 'mac', ['+Meta MetaLeft 91 meta', '+Backspace Backspace 8 meta', '-Meta MetaLeft 91'],
      `+Shift/${SHIFT} +Home/${SHIFT} -Home/${SHIFT} -Shift +Backspace -Backspace`],
    ['Option and F5', 'mac', ['+Alt AltLeft 18 alt', '+F5 F5 116 alt', '-F5 F5 116 alt', '-Alt AltLeft 18'], `+Alt/${ALT} +F5/${ALT} -F5/${ALT} -Alt`],
    ['an @ by Option', 'mac', ['+Alt AltLeft 18 alt', '+@ KeyL 76 alt', '-@ KeyL 76 alt', '-Alt AltLeft 18'], '+@ -@'],
    ['CapsLock on a Mac, which comes up when it is switched off', 'mac', ['+CapsLock CapsLock 20', '+A KeyA 65', '-A KeyA 65', '-CapsLock CapsLock 20'], '+CapsLock -CapsLock +A -A'],
    ['nothing twice: what the session has let go of is forgotten', 'other', ['+Shift ShiftLeft 16 shift', '+A KeyA 65 shift', '+Enter NumpadEnter 13 shift', '!', '-A KeyA 65', '!'],
      `+Shift/${SHIFT} +A/${SHIFT} +Enter/${SHIFT}`],
  ];
  for (const [name, platform, script, expected] of rows) {
    it(`${name} (${platform})`, () => {
      const sent: KeyMessage[] = [];
      const keys = new HeldKeys(platform, (message) => sent.push(message));
      for (const line of script) play(keys, line);
      assert.equal(written(sent), expected);
    });
  }

  it('comes up, whatever the person and the system do', () => {
    const keys = fc.constantFrom('Shift ShiftLeft 16', 'Shift ShiftRight 16', 'Control ControlLeft 17', 'Meta MetaLeft 91', 'Alt AltLeft 18', 'AltGraph AltRight 18', 'a KeyA 65', 'ArrowLeft ArrowLeft 37', 'Backspace Backspace 8', 'CapsLock CapsLock 20', 'Enter - 13');
    const flags = fc.subarray(['shift', 'control', 'alt', 'meta', 'altgraph', 'repeat']).map((names) => names.join(' '));
    const step = fc.oneof(
      fc.tuple(fc.constantFrom('+', '-'), keys, flags).map(([sign, key, flags]) => `${sign}${key} ${flags}`),
      flags.map((flags) => `?${flags}`), fc.constantFrom('.', '!'),
    );
    fc.assert(fc.property(fc.constantFrom<Platform>('mac', 'windows', 'other'), fc.array(step, {maxLength: 40}), (platform, script) => {
      const down = new Map<string, string>();
      const held = new HeldKeys(platform, ({event, key, code, keyCode, location, repeat}) => {
        const id = `${code}${location}`;
        if (event === 'down') {
          assert.equal(down.has(id), repeat, `${key} goes down twice only as a repeat`);
          down.set(id, `${key} ${keyCode}`);
        } else {
          assert.equal(`${key} ${keyCode}`, down.get(id), 'what comes up is what went down');
          down.delete(id);
        }
      });
      for (const line of script) {
        play(held, line);
        if (line === '!') down.clear();
        assert.equal(held.isEmpty, down.size === 0);
      }
    }), {numRuns: 1000});
  });
});

function play(keys: HeldKeys, line: string): void {
  const rest = line.slice(1);
  switch (line[0]) {
    case '+':
      return keys.down(keyPress(rest));
    case '-':
      return keys.up(keyPress(rest));
    case '?':
      return keys.reconcile(keyPress(`a KeyA 65 ${rest}`));
    case '.':
      return keys.settle();
    default:
      return keys.forget();
  }
}
