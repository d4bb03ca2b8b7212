import {MODIFIER} from '../protocol.js';
import type {KeyMessage, PlayerMessage, ServerMessage} from '../protocol.js';
import {ViewerClipboard} from './clipboard.js';
import {HeldKeys} from './held-keys.js';
import {isForInputMethod, modifierBit, modifiersOf, platformOf, shortcutOf, strokesFor, strokesOf, typedBy} from './keys.js';
import type {Platform, Stroke} from './keys.js';
import type {ModifierFlags, Waiting} from './input-sender.js';
import {pasteOf} from './paste.js';
import type {Paste} from './paste.js';
import {textMessages} from './split-text.js';
import {TextSink} from './text-sink.js';
import {TypedKey, mayType} from './typed-key.js';
import {isCharacter} from './us-keyboard.js';

export interface KeyboardOptions {
  /** Whether input goes to the session now. */
  readonly isAccepted: () => boolean;
  /** Whether nothing may ever be sent: the view is read-only or paused, or the token is watch-only. */
  readonly isWatchOnly: () => boolean;
  /** Sends a message, after the moves that wait. Returns false if it could not be sent. */
  readonly send: (message: PlayerMessage) => boolean;
  /** Flushes something in the next frame, or before the next message. */
  readonly wait: (waiting: Waiting) => void;
  /** Sends what waits. */
  readonly flush: () => void;
  /** Whether the session has a clipboard to paste to, and reports copies. */
  readonly hasClipboard: () => boolean;
  /** Whether a paste can be sent now, because no other paste or file is being sent. */
  readonly canSendBytes: () => boolean;
  /** Sends a paste, and reports if it is lost. */
  readonly sendPaste: (paste: Paste) => void;
  /** The person gives the keyboard back to the page. */
  readonly leave: () => void;
  /** The person typed at a view that takes no input. */
  readonly refused: () => void;
  /** Fires an event at the element. Returns false if a listener canceled it. */
  readonly dispatch: (event: Event) => boolean;
}

/** Windows reports AltGr as Control and AltGr at once. If nothing follows a Control for this long, it is a real Control. */
const ALT_GRAPH_MS = 100;
const WAY_OUT = MODIFIER.alt | MODIFIER.control | MODIFIER.shift;
/** Marks that a key other than the modifiers was pressed too. */
const OTHER_KEY = 16;

/** Sends keys, input methods and the clipboard to the session. */
export class Keyboard {
  readonly #options: KeyboardOptions;
  readonly #sink: TextSink;
  readonly #typedKey: TypedKey;
  readonly #clipboard: ViewerClipboard;
  #platform: Platform = 'other';
  #keys: HeldKeys;
  #canvas: HTMLCanvasElement | undefined;
  #area: HTMLTextAreaElement | undefined;
  #doubt = 0;
  /** Everything that was pressed since no modifier was down, as bits. */
  #pressed = 0;
  #isAfterDeadKey = false;
  /** Whether the expected paste was requested as plain text. */
  #isPlainPaste = false;

  constructor(options: KeyboardOptions) {
    this.#options = options;
    const {send} = options;
    this.#keys = new HeldKeys(this.#platform, send);
    this.#typedKey = new TypedKey({...options, press: (event, text) => this.#keys.down(event, text)});
    this.#sink = new TextSink({
      ...options, compose: send, sendText: (text) => this.#isTyped(text) || this.sendText(text),
      pressKey: (key) => (key === 'Enter' && this.#isTyped('\n')) || this.pressKey(key),
    });
    this.#clipboard = new ViewerClipboard(options);
  }

  /** Listens until the signal is aborted. The canvas and the document may differ each time. `onLeft` is called when the focus leaves the picture. */
  listen(canvas: HTMLCanvasElement, signal: AbortSignal, onLeft: () => void): void {
    const picture = canvas.parentElement;
    const area = picture?.querySelector('textarea') ?? undefined;
    if (!picture || !area) return;
    this.#canvas = canvas;
    this.#area = area;
    this.#platform = platformOf(navigator);
    this.#keys = new HeldKeys(this.#platform, this.#options.send);
    this.#sink.listen(area, signal);
    picture.addEventListener('keydown', (event) => this.#down(event), {signal});
    picture.addEventListener('keyup', (event) => this.#up(event), {signal});
    // The focus may move to the control bar or a dialog, whose keyups are not received here.
    picture.addEventListener('focusout', ({relatedTarget}) => relatedTarget !== canvas && relatedTarget !== area && onLeft(), {signal});
    // The page around receives the field's events as little as the keys.
    for (const type of ['keypress', 'beforeinput', 'input']) picture.addEventListener(type, (event) => event.stopPropagation(), {signal});
    picture.addEventListener('paste', (event) => this.#paste(event), {signal});
    canvas.addEventListener('focus', () => this.update(), {signal});
    // An input method opens its candidate window at the field, and a phone scrolls the field into view above its keyboard.
    canvas.addEventListener('pointerdown', ({offsetX, offsetY}) => area.style.translate = `${offsetX}px ${offsetY}px`, {signal});
  }

  /** Whether a key is down in the session. */
  get isPressing(): boolean {
    return !this.#keys.isEmpty;
  }

  /** Must be called in a click, because browsers open the keyboard only then. */
  toggleSoftKeyboard(): void {
    this.#setInputMode(this.#isSoftKeyboardOpen ? 'none' : 'text');
    this.focus();
  }

  /** Sends a key that still waits for what it types. */
  settle(): void {
    this.#typedKey.flush();
  }

  /** Forgets every key that is down. The caller tells the session. */
  release(): void {
    this.#keys.forget();
    this.#sink.abandon();
    this.#pressed = 0;
    this.#isAfterDeadKey = false;
  }

  /** Inserts text into the session, the way an input method commits it. */
  sendText(text: string): void {
    if (this.#options.isWatchOnly()) return;
    for (const message of textMessages(String(text ?? ''))) this.#options.send(message);
  }

  /**
   * Presses a key combination, and releases the keys in reverse order.
   * @throws {TypeError} when there is no such key.
   */
  pressKey(combination: string): void {
    const strokes = strokesFor(combination);
    if (this.#options.isWatchOnly()) return;
    const send = (event: KeyMessage['event'], stroke: Stroke & Pick<KeyMessage, 'text'>) => this.#options.send({type: 'key', event, ...stroke, repeat: false});
    for (const stroke of strokes) send('down', {...stroke, ...typedBy(stroke)});
    for (const [index, stroke] of [...strokes.entries()].reverse()) send('up', {...stroke, modifiers: strokes[index - 1]?.modifiers ?? 0});
  }

  /** Moves the focus to the field. If the field already has it, the focus is set again where that opens the keyboard or ends a composition. */
  focus(options?: FocusOptions): void {
    this.#clipboard.retry(this.#area);
    this.#sink.reset();
    if (this.#focused !== this.#area || this.#sink.isComposing || this.#isSoftKeyboardOpen) this.#canvas?.focus({preventScroll: true, ...options});
    this.update();
  }

  /** Input may have become accepted. From then on, the field has the focus in place of the canvas. */
  update(): void {
    if (this.#focused === this.#canvas && this.#options.isAccepted()) this.#area?.focus({preventScroll: true});
  }

  /** Handles a message about the session's focus or clipboard. */
  receive(message: Extract<ServerMessage, {type: 'focus' | 'clipboard'}>): void {
    if (message.type === 'focus') return this.#setInputMode(message.editable ? message.inputmode || 'text' : 'none');
    this.#clipboard.receive(message, this.#area);
  }

  /** Something was pressed or tapped, on any device. */
  noteInput(): void {
    this.#clipboard.noteInput();
  }

  /**
   * The session's modifiers for an event of pointer, wheel or touch. The flags show which modifier keys were released unseen;
   * these are released first. A flag alone never presses one: a trackpad's pinch is a wheel with a Control that nobody pressed.
   */
  modifiers(flags: ModifierFlags): number {
    this.#keys.reconcile(flags);
    return modifiersOf(flags, this.#platform);
  }

  /** Whether the on-screen keyboard is requested. Without one, this has no visible effect. */
  get #isSoftKeyboardOpen(): boolean {
    return this.#area !== undefined && this.#area.inputMode !== 'none';
  }

  get #focused(): Element | undefined {
    return this.#canvas?.parentElement?.querySelector(':focus') ?? undefined;
  }

  #down(event: KeyboardEvent): void {
    const {isAccepted, refused, send, hasClipboard} = this.#options;
    const bit = modifierBit(event);
    if (!isAccepted()) return bit || event.key === 'Tab' ? undefined : refused();
    this.#pressed |= bit || OTHER_KEY;
    this.#typedKey.flush();
    if (this.#isForSink(event)) return;
    this.#clipboard.retry(this.#area);
    const shortcut = shortcutOf(event, this.#platform);
    this.#isPlainPaste = event.shiftKey && event.key !== 'Insert';
    // The browser handles these itself, or fires `paste`.
    if (shortcut === 'browser' || shortcut === 'paste') return;
    if (this.#isHeldBack(event)) return;
    take(event);
    this.#sink.reset();
    // The selection is requested before the session cuts it, if the server does not report copies. A server without
    // `hello` does not get this message.
    if (shortcut && !event.repeat && !hasClipboard()) send({type: 'copy'});
    this.#keys.down(event);
    clearTimeout(this.#doubt);
    if (this.#keys.isInDoubt) this.#doubt = window.setTimeout(() => this.#keys.settle(), ALT_GRAPH_MS);
  }

  #up(event: KeyboardEvent): void {
    if (!this.#options.isAccepted()) return;
    if (!isForInputMethod(event)) take(event);
    this.#typedKey.flush();
    this.#keys.up(event);
    if (modifiersOf(event, this.#platform) & ~modifierBit(event)) return;
    const isWayOut = this.#pressed === WAY_OUT;
    this.#pressed = 0;
    if (isWayOut) this.#options.leave();
  }

  /** Whether the field produces this key's text: with an input method, after a dead key, or on an on-screen keyboard. */
  #isForSink(event: KeyboardEvent): boolean {
    const isAfterDeadKey = this.#isAfterDeadKey;
    if (!modifierBit(event)) this.#isAfterDeadKey = event.key === 'Dead';
    if (event.key === 'Dead' || isForInputMethod(event)) return true;
    if (this.#isSoftKeyboardOpen && /^(Unidentified)?$/.test(event.code)) return isCharacter(event.key) || event.key === 'Backspace' || event.key === 'Enter';
    // Windows reports the letter alone; only its input event has the accent.
    return isAfterDeadKey && isCharacter(event.key) && event.key <= '~';
  }

  /** Whether a key is sent only once it is known what it types. On Windows and Macs, input methods mark the keys that they use. */
  #isHeldBack(event: KeyboardEvent): boolean {
    // A script's own event never types into the field.
    if (this.#platform !== 'other' || !event.isTrusted || event.composedPath()[0] !== this.#area || !mayType(strokesOf(event, this.#platform)[0])) return false;
    event.stopPropagation();
    this.#sink.reset();
    // The moves before the key go before it, the moves after it after it.
    this.#options.flush();
    this.#typedKey.hold(event);
    return true;
  }

  /** Sends the key that typed this text. Returns false if there is none. */
  #isTyped(text: string): boolean {
    if (!this.#typedKey.take(text)) return false;
    this.#sink.reset();
    return true;
  }

  #paste(event: ClipboardEvent): void {
    const {isAccepted, hasClipboard, canSendBytes, sendPaste, flush} = this.#options;
    if (!isAccepted()) return;
    take(event);
    const data = event.clipboardData;
    const text = (data?.getData('text/plain') ?? '').replace(/\r\n?/g, '\n');
    const paste = data && hasClipboard() ? pasteOf({text, data, isPlain: this.#isPlainPaste}) : undefined;
    this.#isPlainPaste = false;
    // Text has a fallback if it is too long, or if other bytes are being sent.
    if (!paste || (text && (!canSendBytes() || paste.message.items[0]?.type !== 'text/plain'))) return this.sendText(text);
    // A Control that may belong to AltGr turns out to be a real one, and goes first.
    this.#keys.settle();
    this.#sink.reset();
    flush();
    sendPaste(paste);
  }

  #setInputMode(inputMode: string): void {
    if (!this.#area || this.#area.inputMode === inputMode) return;
    this.#area.inputMode = inputMode;
    this.#sink.reset();
    // Browsers read the input mode when the field gets the focus.
    if (this.#focused && !this.#sink.isComposing) this.#canvas?.focus({preventScroll: true});
  }
}

function take(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
