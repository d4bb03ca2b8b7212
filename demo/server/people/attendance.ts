import {randomBytes} from 'node:crypto';
import type {People} from './people.js';
import type {Person, PersonSocket} from './person.js';

/**
 * How long a new socket may take to say whom it continues. Until then it is nobody's, and nobody is counted for it: a player
 * that renews its token would be two for a moment.
 */
const INTRODUCTION_MS = 500;

/** A socket's place among the people of a session. */
export class Attendance {
  /** What `hello` calls this viewer: whoever knows it is this person. */
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

  /** Whose socket it is; undefined until that is known, and for one that has left. */
  get person(): Person | undefined {
    return this.#people.ownerOf(this.socket);
  }

  /** The player has said something else than whom it continues, or nothing for long: it is a new person's. */
  introduce(): void {
    if (!this.person) this.#sit();
  }

  /** The player says that it is the viewer whom another socket's `hello` named. A name that nobody has says nothing. */
  continue(name: string): void {
    // Its own says nothing.
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
