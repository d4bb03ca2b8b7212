import type {ControlMessage} from 'chaser-live-view/protocol';
import type {PeopleListener} from './people.js';
import type {Person, PersonSocket} from './person.js';

/** `shared`: everybody's input counts. `exclusive`: one person's at a time. */
export type ControlMode = 'shared' | 'exclusive';

export interface ControlOptions {
  readonly mode: ControlMode;
  /** A driver who has done nothing for this long loses control. */
  readonly idleMs: number;
  /** The people who watch. */
  readonly present: () => readonly Person[];
}

/** How long the server waits for a driver whose last socket has closed. */
const ABSENCE_MS = 5_000;

/**
 * Decides whose input counts. In an exclusive session, one person is the driver: the one who takes control, or acts while nobody has it.
 * When control changes, everything that the previous driver holds is released first, and their queued input is discarded.
 */
export class Control implements PeopleListener {
  readonly mode: ControlMode;
  readonly #options: ControlOptions;
  #driver: Person | undefined;
  #inputAtMs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #absenceTimer: NodeJS.Timeout | undefined;
  /** The last `control` message of each socket. */
  readonly #told = new WeakMap<PersonSocket, ControlMessage>();
  /** Sockets whose player already knows that its input is refused while another viewer is the driver. */
  readonly #refused = new WeakSet<PersonSocket>();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.mode = options.mode;
  }

  /** The driver of an exclusive session. Undefined if there is none, and in a shared session. */
  get driver(): Person | undefined {
    return this.#driver;
  }

  /** Whether this person's input counts now. */
  isDriving(person: Person): boolean {
    return this.mode === 'shared' || this.#driver === person;
  }

  /** Whether this person's input counts. If nobody is in control, the person takes control. */
  admit(person: Person): boolean {
    if (!this.#driver && this.mode === 'exclusive') this.#give(person);
    const isDriving = this.isDriving(person);
    if (isDriving) this.#inputAtMs = performance.now();
    return isDriving;
  }

  take(person: Person): void {
    if (this.mode === 'exclusive' && person.sockets.size > 0) this.#give(person);
  }

  release(person: Person): void {
    if (this.#driver === person) this.#give(undefined);
  }

  /** Whether the player must be told that its input was refused: once for each time that another person is in control. */
  noteRefusal(socket: PersonSocket): boolean {
    const isNews = !this.#refused.has(socket);
    this.#refused.add(socket);
    return isNews;
  }

  onSocket(person: Person): void {
    if (person === this.#driver) clearTimeout(this.#absenceTimer);
    this.#tell();
  }

  onAbsent(person: Person): void {
    if (person === this.#driver) this.#absenceTimer = setTimeout(() => this.#give(undefined), ABSENCE_MS).unref();
    this.#tell();
  }

  onMerge(from: Person, into: Person): void {
    if (from === this.#driver) this.#driver = into;
    this.onSocket(into);
  }

  /** The session has ended. */
  close(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#absenceTimer);
    this.#driver = undefined;
  }

  #give(driver: Person | undefined): void {
    this.#inputAtMs = performance.now();
    if (driver === this.#driver) return;
    clearTimeout(this.#absenceTimer);
    for (const socket of this.#driver?.sockets ?? []) socket.revoke();
    this.#driver = driver;
    this.#watchIdle();
    this.#tell();
  }

  /** One timer for all input: when it fires, it checks how long ago the last input was. */
  #watchIdle(): void {
    clearTimeout(this.#idleTimer);
    if (!this.#driver) return;
    const restMs = this.#inputAtMs + this.#options.idleMs - performance.now();
    if (restMs <= 0) this.#give(undefined);
    else this.#idleTimer = setTimeout(() => this.#watchIdle(), Math.ceil(restMs)).unref();
  }

  /** Tells every player for whom something has changed. A shared session sends nothing. */
  #tell(): void {
    if (this.mode === 'shared') return;
    const present = this.#options.present();
    for (const person of present) {
      const driver = person === this.#driver ? 'you' : this.#driver ? 'other' : 'none';
      for (const socket of person.sockets) this.#tellOne(socket, {type: 'control', driver, viewers: present.length});
    }
  }

  #tellOne(socket: PersonSocket, message: ControlMessage): void {
    const told = this.#told.get(socket);
    if (told?.driver === message.driver && told.viewers === message.viewers) return;
    this.#told.set(socket, message);
    if (message.driver === 'other') this.#refused.delete(socket);
    socket.tell(message);
  }
}
