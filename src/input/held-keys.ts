import {MODIFIER} from '../protocol.js';
import type {KeyMessage} from '../protocol.js';
import {flagsOf, modifierBit, named, strokesOf, typedBy} from './keys.js';
import type {KeyPress, ModifierFlags, Platform, Stroke} from './keys.js';
import {MODIFIER_BITS, keyNamed} from './us-keyboard.js';

const {alt: ALT, control: CONTROL, meta: META} = MODIFIER;

interface HeldKey {
  readonly stroke: Stroke;
  /** The viewer's modifiers of which one must be on for this key to stay down; 0 when it is no modifier. */
  readonly source: number;
}

/** What the viewer's keyboard holds down in the session. Whatever goes down comes up, as the same key. */
export class HeldKeys {
  readonly #platform: Platform;
  readonly #send: (message: KeyMessage) => void;
  readonly #held = new Map<string, HeldKey>();
  /** Windows says Control and then AltGr for AltGr: the Control is kept back until what follows shows which it is. */
  #doubtful: KeyPress | undefined;

  constructor(platform: Platform, send: (message: KeyMessage) => void) {
    this.#platform = platform;
    this.#send = send;
  }

  get isEmpty(): boolean {
    return !this.#held.size;
  }

  /** Whether a Control waits for `settle`, to be called after a tenth of a second at most. */
  get isInDoubt(): boolean {
    return this.#doubtful !== undefined;
  }

  down(event: KeyPress): void {
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
    this.#press(event);
  }

  up(event: KeyPress): void {
    this.settle();
    const bit = modifierBit(event);
    const flags = flagsOf(event) & ~bit;
    this.#lift(idOf(event), strokesOf(event, this.#platform, this.#hasAltGraph)[0].modifiers & ~bit);
    this.#keep(flags);
  }

  /** The Control in doubt is one: it goes down. */
  settle(): void {
    const control = this.#doubtful;
    this.#doubtful = undefined;
    if (control) this.#press(control);
  }

  /** Lets go of modifiers that an event of any kind says are no longer held. */
  reconcile(event: ModifierFlags): void {
    this.settle();
    this.#keep(flagsOf(event));
  }

  /** Forgets what is held: the session has let go of it by itself. */
  forget(): void {
    this.#doubtful = undefined;
    this.#held.clear();
  }

  get #hasAltGraph(): boolean {
    return [...this.#held.values()].some(({stroke}) => stroke.key === 'AltGraph');
  }

  #press(event: KeyPress): void {
    const id = idOf(event);
    const bit = modifierBit(event);
    this.#keep(flagsOf(event) | bit);
    const isMac = this.#platform === 'mac';
    // A Mac's Command and Option go down in the session only with a key that needs them there.
    if (isMac && bit & (META | ALT)) return bit & META ? this.#liftAll((source) => !source) : undefined;
    for (const stroke of strokesOf(event, this.#platform, this.#hasAltGraph)) {
      if (isMac && !bit) this.#hold(stroke.modifiers);
      else this.#lift(standIn(stroke.key));
      this.#put(id, {...stroke, modifiers: stroke.modifiers | bit}, event.repeat, bit);
      // A Mac says nothing of keys let go while Command is down, and of CapsLock only that it is on or off.
      if (isMac && !bit && (event.metaKey || event.key === 'CapsLock')) this.#lift(id, stroke.modifiers);
    }
  }

  #put(id: string, stroke: Stroke, isRepeat: boolean, source: number): void {
    const repeat = isRepeat && this.#held.get(id)?.stroke.code === stroke.code;
    if (!repeat) this.#lift(id);
    this.#held.set(id, {stroke, source});
    this.#send({type: 'key', event: 'down', ...stroke, repeat, ...typedBy(stroke)});
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

  /** Lets go of the modifiers whose reason is gone. */
  #keep(flags: number): void {
    this.#liftAll((source) => source && !(source & flags));
  }

  /** On a Mac: presses and lets go of the modifiers that its own stand for. */
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

/** A key is known by its place; on a keyboard that has none, by the place of what it types. */
function idOf({code, key}: Pick<KeyPress, 'key' | 'code'>): string {
  return code || keyNamed(key)?.code || key;
}

/** What a modifier is held by that stands in for a Mac's own. */
function standIn(modifier: string): string {
  return `for ${modifier}`;
}
