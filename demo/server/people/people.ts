import type {ServerMessage} from 'chaser-live-view/protocol';
import {Person, type PersonSocket} from './person.js';

/** How long a person whose last socket has closed may return as the same person. */
const MEMORY_MS = 30_000;
/** How many names of one person are kept: the first, and the newest. Each of their sockets was given one. */
const MAX_NAMES = 32;

/** Listens to what happens among the people of a session. */
export interface PeopleListener {
  /** A socket turns out to belong to this person: their first, or another one. */
  onSocket(person: Person): void;
  /** The last socket of a person has closed. */
  onAbsent(person: Person): void;
  /** A person who counted as new turns out to be another one, who now has all of their sockets. */
  onMerge(from: Person, into: Person): void;
}

interface Known {
  /** The oldest first. */
  readonly names: string[];
  /** Runs while the person has no open socket. */
  memory: NodeJS.Timeout | undefined;
}

/** The people of a session. */
export class People {
  readonly #listener: PeopleListener;
  readonly #known = new Map<Person, Known>();
  readonly #byName = new Map<string, Person>();
  readonly #sockets = new Set<PersonSocket>();
  readonly #bySocket = new Map<PersonSocket, Person>();
  /** By the names of sockets that do not belong to anybody yet: the function that makes them a new person's. */
  readonly #arriving = new Map<string, () => void>();

  constructor(listener: PeopleListener) {
    this.#listener = listener;
  }

  /** The people who watch. */
  get present(): readonly Person[] {
    return [...this.#known.keys()].filter(({sockets}) => sockets.size > 0);
  }

  /** Tells every player, also those that do not belong to anybody yet. */
  tell(message: ServerMessage): void {
    for (const socket of this.#sockets) socket.tell(message);
  }

  /** Gives a new socket a name for its `hello`. */
  expect(socket: PersonSocket, name: string, introduce: () => void): void {
    this.#sockets.add(socket);
    this.#arriving.set(name, introduce);
  }

  /** The person whose `hello` had this name. */
  find(name: string): Person | undefined {
    this.#arriving.get(name)?.();
    return this.#byName.get(name);
  }

  /** The person whom a socket belongs to, if that is known. */
  ownerOf(socket: PersonSocket): Person | undefined {
    return this.#bySocket.get(socket);
  }

  /** The named socket belongs to this person, or to a new person if none is given. */
  seat(socket: PersonSocket, name: string, person = new Person()): void {
    this.#arriving.delete(name);
    this.#recall(person, [name]);
    this.#give(socket, person);
    this.#listener.onSocket(person);
  }

  /** Two people turn out to be one. */
  merge(from: Person, into: Person): void {
    this.#recall(into, this.#known.get(from)?.names ?? []);
    for (const socket of from.sockets) this.#give(socket, into);
    from.sockets.clear();
    this.#listener.onMerge(from, into);
    this.#forget(from);
  }

  /** A socket of a person has closed. */
  leave(socket: PersonSocket, name: string): void {
    this.#sockets.delete(socket);
    this.#arriving.delete(name);
    const person = this.#bySocket.get(socket);
    const known = person && this.#known.get(person);
    this.#bySocket.delete(socket);
    person?.sockets.delete(socket);
    if (!known || person.sockets.size > 0) return;
    known.memory = setTimeout(() => this.#forget(person), MEMORY_MS).unref();
    this.#listener.onAbsent(person);
  }

  /** The session has ended, and nobody will return. */
  close(): void {
    for (const person of this.#known.keys()) this.#forget(person);
  }

  #give(socket: PersonSocket, person: Person): void {
    person.sockets.add(socket);
    this.#bySocket.set(socket, person);
  }

  #recall(person: Person, names: readonly string[]): void {
    const known = this.#known.get(person) ?? {names: [], memory: undefined};
    this.#known.set(person, known);
    clearTimeout(known.memory);
    for (const name of names) this.#byName.set(name, person);
    known.names.push(...names);
    const forgotten = known.names.splice(1, known.names.length - MAX_NAMES);
    for (const name of forgotten) this.#byName.delete(name);
  }

  #forget(person: Person): void {
    const known = this.#known.get(person);
    clearTimeout(known?.memory);
    // The name may belong to another person by now, whom this one turned out to be.
    for (const name of known?.names ?? []) if (this.#byName.get(name) === person) this.#byName.delete(name);
    this.#known.delete(person);
    person.forget();
  }
}
