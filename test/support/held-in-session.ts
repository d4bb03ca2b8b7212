import type {PlayerMessage, TouchMessage} from '../../src/protocol.js';

const BUTTON_BITS = [1, 4, 2, 8, 16] as const;

/** What one socket holds down in the session, according to its messages. A message that contradicts an earlier one is a problem. */
export class HeldInSession {
  #buttons = 0;
  #fingers = new Set<number>();
  readonly #keys = new Set<string>();
  readonly problems: string[] = [];

  get isNothing(): boolean {
    return this.#buttons === 0 && this.#fingers.size === 0 && this.#keys.size === 0;
  }

  get words(): string {
    return `buttons ${this.#buttons}, fingers ${[...this.#fingers].join()}, keys ${[...this.#keys].join()}`;
  }

  receive(message: PlayerMessage): void {
    switch (message.type) {
      case 'mouse':
        if (message.event === 'leave') this.#expect(this.#buttons === 0, 'leaves while a button is down');
        else if (message.event === 'move') this.#expect(message.buttons === this.#buttons, `a move with buttons ${message.buttons} instead of ${this.#buttons}`);
        else this.#button(message.event, BUTTON_BITS[message.button] ?? 0, message.buttons);
        break;
      case 'wheel':
        this.#expect(message.buttons === this.#buttons, `a wheel with buttons ${message.buttons} instead of ${this.#buttons}`);
        break;
      case 'touch':
        this.#touch(message);
        break;
      case 'key':
        if (message.event === 'down') this.#keys.add(message.code);
        else this.#expect(this.#keys.delete(message.code), `the key ${message.code} comes up that is not down`);
        break;
      case 'release':
        this.#expect(!this.isNothing, 'lets go of nothing');
        this.letGo();
        break;
    }
  }

  /** Releases everything, as a server does when the socket closes. */
  letGo(): void {
    this.#buttons = 0;
    this.#fingers.clear();
    this.#keys.clear();
  }

  #button(event: 'down' | 'up', bit: number, buttons: number): void {
    const isDown = (this.#buttons & bit) !== 0;
    this.#expect(isDown === (event === 'up'), `button ${bit} goes ${event} twice`);
    this.#buttons = event === 'down' ? this.#buttons | bit : this.#buttons & ~bit;
    this.#expect(buttons === this.#buttons, `${event} with buttons ${buttons} instead of ${this.#buttons}`);
  }

  #touch({event, points}: TouchMessage): void {
    const now = new Set(points.map(({id}) => id));
    this.#expect(now.size === points.length, 'two fingers with one id');
    const stays = [...this.#fingers].filter((id) => now.has(id)).length;
    const isRight = {
      start: stays === this.#fingers.size && now.size > stays,
      move: stays === this.#fingers.size && now.size === stays,
      end: stays === now.size && stays < this.#fingers.size,
      cancel: now.size === 0,
    }[event];
    this.#expect(isRight, `touch ${event} from ${[...this.#fingers].join()} to ${[...now].join()}`);
    this.#fingers = now;
  }

  #expect(isRight: boolean, problem: string): void {
    if (!isRight) this.problems.push(problem);
  }
}
