import {nowMs} from '../clock.js';
import type {HandoffAnswerMessage, HandoffStatus, ServerMessage} from 'chaser-live-view/protocol';
import {Handoff} from './handoff.js';

/** Ended hand-overs of a session that can still be asked about: the newest. */
const MAX_ENDED = 50;
/** The same once the session has ended, of which many are remembered. */
const MAX_ENDED_LATER = 5;
/** For so long those who come are told of one that is over. */
const NEWS_MS = 5 * 60_000;

export interface HandoffsOptions {
  /** Tells every player. */
  readonly tell: (message: ServerMessage) => void;
  /** One has begun to wait, or waits no more. */
  readonly onChange: () => void;
}

/** What people are asked to do at a session: one thing at a time, ended by the first answer. */
export class Handoffs {
  readonly #options: HandoffsOptions;
  /** The oldest first; only the last one may be waiting. */
  readonly #handoffs: Handoff[] = [];
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: HandoffsOptions) {
    this.#options = options;
  }

  /** The one that waits for a person. */
  get waiting(): Handoff | undefined {
    const last = this.#handoffs.at(-1);
    return last?.status === 'waiting' ? last : undefined;
  }

  /** What a player who has just come is told. */
  get messages(): readonly ServerMessage[] {
    const sinceMs = nowMs() - NEWS_MS;
    return this.#handoffs.filter(({endedAt}) => !endedAt || endedAt.getTime() > sinceMs).map(({message}) => message);
  }

  find(id: string): Handoff | undefined {
    return this.#handoffs.find((handoff) => handoff.id === id);
  }

  /** Asks for a person; undefined while another one waits. */
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

  /** Ends one that waits; false when it is over already. */
  end(handoff: Handoff, status: HandoffStatus, note?: string): boolean {
    if (handoff.status !== 'waiting') return false;
    clearTimeout(this.#expiry);
    handoff.end(status, note);
    this.#options.onChange();
    this.#options.tell(handoff.message);
    return true;
  }

  /** A person's answer. What comes of it is told: to everybody where it ends the hand-over, to that player where that is over. */
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
