import {nowMs} from '../clock.js';
import {randomBytes} from 'node:crypto';
import type {HandoffClosedMessage, HandoffMessage, HandoffStatus} from 'chaser-live-view/protocol';

/** How many calls may wait for one hand-over at a time. */
const MAX_WAITING = 500;

/** A hand-over, open or ended. */
export class Handoff {
  readonly id = `hand_${randomBytes(16).toString('hex')}`;
  readonly instructions: string;
  readonly createdAt = new Date(nowMs());
  readonly expiresAt: Date;
  readonly #waiting = new Set<() => void>();
  #status: HandoffStatus | 'waiting' = 'waiting';
  #note: string | undefined;
  #endedAt: Date | undefined;

  constructor(instructions: string, timeoutMs: number) {
    this.instructions = instructions;
    this.expiresAt = new Date(this.createdAt.getTime() + timeoutMs);
  }

  get status(): HandoffStatus | 'waiting' {
    return this.#status;
  }

  /** The note of the person's answer. */
  get note(): string | undefined {
    return this.#note;
  }

  get endedAt(): Date | undefined {
    return this.#endedAt;
  }

  /** Whether no more calls may wait. */
  get isCrowded(): boolean {
    return this.#waiting.size >= MAX_WAITING;
  }

  /** The message that tells players about it now. */
  get message(): HandoffMessage | HandoffClosedMessage {
    const {id, instructions, expiresAt} = this;
    return this.#status === 'waiting'
      ? {type: 'handoff', id, instructions, expires_at: expiresAt.toISOString()}
      : {type: 'handoff_closed', id, status: this.#status};
  }

  /** Ends the hand-over. Called once. */
  end(status: HandoffStatus, note: string | undefined): void {
    this.#status = status;
    this.#note = note;
    this.#endedAt = new Date(nowMs());
    for (const stop of this.#waiting) stop();
  }

  /** Resolves when the hand-over ends, when the time has passed, or when `signal` is aborted. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#status !== 'waiting' || timeoutMs <= 0 || signal.aborted) return resolve();
      const stop = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        this.#waiting.delete(stop);
        resolve();
      };
      const timer = setTimeout(stop, timeoutMs);
      signal.addEventListener('abort', stop);
      this.#waiting.add(stop);
    });
  }
}
