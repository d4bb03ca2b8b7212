import {randomBytes} from 'node:crypto';
import type {People} from './people.js';
import type {Person, PersonSocket} from './person.js';

/**
 * How long a new socket may take to send `continue`. Until then it belongs to nobody and is not counted, because a player that renews
 * its token would otherwise count twice for a moment.
 */
const INTRODUCTION_MS = 500;

/** A socket and the viewer whom it belongs to. */
export class Attendance {
  /** The viewer's name in `hello`. Anybody who knows it counts as this viewer. */
  readonly name = randomBytes(18).toString('base64url');
  readonly socket: PersonSocket;
  readonly #people: People;
  readonly #timer: NodeJS.Timeout;
  #hasLeft = false;

  constructor(people: People, socket: PersonSocket) {
    this.#people = people;
    this.socket = socket;
    people.expect(socket, this.name, () => this.introduce());
    this.#timer = setTimeout(() => this.introduce(), INTRODUCTION_MS);
  }

  /** The viewer whom the socket belongs to. Undefined until that is known, and after the viewer has left. */
  get person(): Person | undefined {
    return this.#people.ownerOf(this.socket);
  }

  /** The player sent something other than `continue`, or nothing for a while: the socket belongs to a new viewer. */
  introduce(): void {
    if (!this.person) this.#sit();
  }

  /** The player says that it is the viewer whom another socket's `hello` named. An unknown name is ignored. */
  continue(name: string): void {
    // The socket's own name is ignored too.
    const named = name === this.name ? undefined : this.#people.find(name);
    const {person} = this;
    if (!person) this.#sit(named);
    else if (named && named !== person) this.#people.merge(person, named);
  }

  leave(): void {
    this.#hasLeft = true;
    clearTimeout(this.#timer);
    this.#people.leave(this.socket, this.name);
  }

  #sit(person?: Person): void {
    if (this.#hasLeft) return;
    clearTimeout(this.#timer);
    this.#people.seat(this.socket, this.name, person);
  }
}
