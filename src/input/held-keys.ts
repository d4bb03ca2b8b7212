import {MODIFIER} from '../protocol.js';
import type {KeyMessage} from '../protocol.js';
import {flagsOf, modifierBit, named, strokesOf, typedBy} from './keys.js';
import type {KeyPress, ModifierFlags, Platform, Stroke} from './keys.js';
import {MODIFIER_BITS, keyNamed} from './us-keyboard.js';

const {alt: ALT, control: CONTROL, meta: META} = MODIFIER;

interface HeldKey {
  readonly stroke: Stroke;
  /** The modifiers of which one must be on for this key to stay down. 0 for a key that is no modifier. */
  readonly source: number;
}

/** The keys that are down in the session. Everything that goes down comes up, as the same key. */
export class HeldKeys {
  readonly #platform: Platform;
  readonly #send: (message: KeyMessage) => void;
  readonly #held = new Map<string, HeldKey>();
  /** Windows reports Control and then AltGr for AltGr. The Control is held back until the next key shows which it is. */
  #doubtful: KeyPress | undefined;

  constructor(platform: Platform, send: (message: KeyMessage) => void) {
    this.#platform = platform;
    this.#send = send;
  }

  get isEmpty(): boolean {
    return !this.#held.size;
  }

  /** Whether a Control waits for `settle`, which must be called after a tenth of a second at most. */
  get isInDoubt(): boolean {
    return this.#doubtful !== undefined;
  }

  /** `text` is what the key types. Without it, `key` decides. */
  down(event: KeyPress, text?: string): void {
    const isWindows = this.#platform === 'windows';
    if (isWindows && event.code === 'AltRight' && (this.#doubtful || event.key === 'AltGraph')) {
      this.#doubtful = undefined;
      return this.#put('AltRight', {key: 'AltGraph', code: 'AltRight', keyCode: 18, location: 2, modifiers: 0}, event.repeat, 0);
    }
    this.settle();
    if (isWindows && event.code === 'ControlLeft' && !this.#held.has('ControlLeft')) {
      if (!this.#hasAltGraph) this.#doubtful = event;
      return;
    }
    this.#press(event, text);
  }

  up(event: KeyPress): void {
    this.settle();
    const bit = modifierBit(event);
    const flags = flagsOf(event) & ~bit;
    this.#lift(idOf(event), strokesOf(event, this.#platform, this.#hasAltGraph)[0].modifiers & ~bit);
    this.#keep(flags);
  }

  /** The held-back Control is a real one, and goes down. */
  settle(): void {
    const control = this.#doubtful;
    this.#doubtful = undefined;
    if (control) this.#press(control);
  }

  /** Releases modifiers that an event of any kind says are no longer held. */
  reconcile(event: ModifierFlags): void {
    this.settle();
    this.#keep(flagsOf(event));
  }

  /** Forgets what is held, because the session has released it by itself. */
  forget(): void {
    this.#doubtful = undefined;
    this.#held.clear();
  }

  get #hasAltGraph(): boolean {
    return [...this.#held.values()].some(({stroke}) => stroke.key === 'AltGraph');
  }

  #press(event: KeyPress, text?: string): void {
    const id = idOf(event);
    const bit = modifierBit(event);
    this.#keep(flagsOf(event) | bit);
    const isMac = this.#platform === 'mac';
    // A Mac's Command and Option go down in the session only with a key that needs them.
    if (isMac && bit & (META | ALT)) return bit & META ? this.#liftAll((source) => !source) : undefined;
    for (const stroke of strokesOf(event, this.#platform, this.#hasAltGraph)) {
      if (isMac && !bit) this.#hold(stroke.modifiers);
      else this.#lift(standIn(stroke.key));
      this.#put(id, {...stroke, modifiers: stroke.modifiers | bit}, event.repeat, bit, text);
      // A Mac reports no keyup while Command is down, and reports only whether CapsLock is on or off.
      if (isMac && !bit && (event.metaKey || event.key === 'CapsLock')) this.#lift(id, stroke.modifiers);
    }
  }

  #put(id: string, stroke: Stroke, isRepeat: boolean, source: number, text?: string): void {
    const repeat = isRepeat && this.#held.get(id)?.stroke.code === stroke.code;
    if (!repeat) this.#lift(id);
    this.#held.set(id, {stroke, source});
    this.#send({type: 'key', event: 'down', ...stroke, repeat, ...(text === undefined ? typedBy(stroke) : {text})});
  }

  #lift(id: string, modifiers?: number): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    this.#send({type: 'key', event: 'up', ...held.stroke, repeat: false, modifiers: modifiers ?? this.#heldModifiers()});
  }

  #liftAll(isDone: (source: number) => unknown): void {
    for (const [id, {source}] of this.#held) if (isDone(source)) this.#lift(id);
  }

  /** Releases the modifiers that are no longer needed. */
  #keep(flags: number): void {
    this.#liftAll((source) => source && !(source & flags));
  }

  /** On a Mac: presses and releases the modifiers that replace the Mac's own. */
  #hold(modifiers: number): void {
    for (const [name, bit] of MODIFIER_BITS) {
      const id = standIn(name);
      const held = this.#heldModifiers();
      if (!(modifiers & bit)) this.#lift(id);
      else if (!(held & bit)) this.#put(id, named(name, held | bit), false, bit === CONTROL ? META | CONTROL | ALT : bit | META);
    }
  }

  #heldModifiers(): number {
    let bits = 0;
    for (const {stroke} of this.#held.values()) bits |= modifierBit(stroke);
    return bits;
  }
}

/** A key is identified by its place, or by what it types on a keyboard without places. */
function idOf({code, key}: Pick<KeyPress, 'key' | 'code'>): string {
  return code || keyNamed(key)?.code || key;
}

/** The key that holds a modifier which replaces a Mac's own. */
function standIn(modifier: string): string {
  return `for ${modifier}`;
}
