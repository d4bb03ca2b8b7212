import {nowMs} from '../clock.js';
import type {HandoffAnswerMessage, HandoffStatus, ServerMessage} from 'chaser-live-view/protocol';
import {Handoff} from './handoff.js';

/** How many ended hand-overs of a session can still be queried: the newest. */
const MAX_ENDED = 50;
/** The same once the session has ended, because many ended sessions are kept. */
const MAX_ENDED_LATER = 5;
/** How long new viewers are told about a hand-over that has ended. */
const NEWS_MS = 5 * 60_000;

export interface HandoffsOptions {
  /** Tells every player. */
  readonly tell: (message: ServerMessage) => void;
  /** Called when a hand-over has started or ended. */
  readonly onChange: () => void;
}

/** The hand-overs of a session: at most one is open, and the first answer ends it. */
export class Handoffs {
  readonly #options: HandoffsOptions;
  /** The oldest first. Only the last one may be open. */
  readonly #handoffs: Handoff[] = [];
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: HandoffsOptions) {
    this.#options = options;
  }

  /** The open hand-over. */
  get waiting(): Handoff | undefined {
    const last = this.#handoffs.at(-1);
    return last?.status === 'waiting' ? last : undefined;
  }

  /** The messages for a player who has just connected. */
  get messages(): readonly ServerMessage[] {
    const sinceMs = nowMs() - NEWS_MS;
    return this.#handoffs.filter(({endedAt}) => !endedAt || endedAt.getTime() > sinceMs).map(({message}) => message);
  }

  find(id: string): Handoff | undefined {
    return this.#handoffs.find((handoff) => handoff.id === id);
  }

  /** Starts a hand-over. Returns undefined if another one is open. */
  ask(instructions: string, timeoutMs: number): Handoff | undefined {
    if (this.waiting) return undefined;
    const handoff = new Handoff(instructions, timeoutMs);
    this.#handoffs.push(handoff);
    this.#handoffs.splice(0, Math.max(0, this.#handoffs.length - 1 - MAX_ENDED));
    this.#expiry = setTimeout(() => this.end(handoff, 'expired'), timeoutMs);
    this.#options.onChange();
    this.#options.tell(handoff.message);
    return handoff;
  }

  /** Ends an open hand-over. Returns false if it has already ended. */
  end(handoff: Handoff, status: HandoffStatus, note?: string): boolean {
    if (handoff.status !== 'waiting') return false;
    clearTimeout(this.#expiry);
    handoff.end(status, note);
    this.#options.onChange();
    this.#options.tell(handoff.message);
    return true;
  }

  /** Handles a person's answer. If it ends the hand-over, all players are told. If the hand-over has already ended, only this player is told. */
  answer({id, status, note}: HandoffAnswerMessage, tell: (message: ServerMessage) => void): void {
    const handoff = this.find(id);
    if (!handoff) tell({type: 'error', code: 'bad_message', message: 'There is no such hand-over in this session.'});
    else if (!this.end(handoff, status, note)) tell(handoff.message);
  }

  /** The session has ended. */
  close(): void {
    if (this.waiting) this.end(this.waiting, 'session_ended');
    this.#handoffs.splice(0, Math.max(0, this.#handoffs.length - MAX_ENDED_LATER));
  }
}
