import type {MouseMessage, TouchMessage, WheelMessage} from 'chaser-live-view/protocol';

/** The differences between the two clocks are kept for this long, in pieces of this length. */
const WINDOW_MS = 10_000;
const PIECE_MS = 1_000;
/** If the difference changes by more than this, the player's clock has been replaced, and the estimate starts anew. */
const OTHER_CLOCK_MS = 2_000;
/** Times are moved back by half of the network's jitter (at most this, and at first this), so that a faster message later does not compress them. */
const MAX_SLACK_MS = 150;
const FIRST_SLACK_MS = 100;
/** When the estimate of the network's delay changes, gaps between points become shorter or longer by this share at most. */
const STRETCH = 0.3;
/** A longer gap is a rest, and is not kept. */
const REST_MS = 1_000;

/** A time, and the factor by which the gap before it is longer than in the person's movement. */
export interface HandTime {
  readonly atMs: number;
  readonly stretch: number;
}

interface Piece {
  readonly fromMs: number;
  leastMs: number;
  mostMs: number;
}

/**
 * Estimates when the person acted, from the player's clock in the messages. Arrival times will not do, because network delays vary by
 * more than the gaps between points. The smallest difference between the two clocks belongs to the fastest message.
 */
export class HandClock {
  #pieces: readonly Piece[] = [];
  #last = {t: -Infinity, atMs: -Infinity};

  /** Converts the player's time `t` to this process's clock. The result is never later than `nowMs`. */
  read(t: number, nowMs: number): HandTime {
    const differenceMs = nowMs - t;
    if (this.#pieces.length > 0 && Math.abs(differenceMs - this.#leastMs) > OTHER_CLOCK_MS) this.#pieces = [];
    this.#note(differenceMs, nowMs);
    const wantedMs = t + this.#leastMs - this.#slackMs;
    const gapMs = t - this.#last.t;
    const isRhythm = gapMs > 0 && gapMs < REST_MS;
    const slowedMs = isRhythm ? Math.min(Math.max(wantedMs, this.#last.atMs + gapMs * (1 - STRETCH)), this.#last.atMs + gapMs * (1 + STRETCH)) : wantedMs;
    const atMs = Math.min(slowedMs, nowMs);
    const stretch = isRhythm ? Math.max(0, atMs - this.#last.atMs) / gapMs : 1;
    this.#last = {t, atMs};
    return {atMs, stretch};
  }

  get #slackMs(): number {
    const variesMs = Math.max(...this.#pieces.map((piece) => piece.mostMs)) - this.#leastMs;
    return Math.max(this.#pieces.length === 1 ? FIRST_SLACK_MS : 0, Math.min(MAX_SLACK_MS, variesMs / 2));
  }

  get #leastMs(): number {
    return Math.min(...this.#pieces.map((piece) => piece.leastMs));
  }

  #note(differenceMs: number, nowMs: number): void {
    const last = this.#pieces.at(-1);
    if (last && nowMs - last.fromMs < PIECE_MS) {
      last.leastMs = Math.min(last.leastMs, differenceMs);
      last.mostMs = Math.max(last.mostMs, differenceMs);
      return;
    }
    // After a rest, the old estimate holds until there are enough new messages.
    const recent = this.#pieces.filter(({fromMs}, index) => nowMs - fromMs < WINDOW_MS + PIECE_MS || index === this.#pieces.length - 1);
    this.#pieces = [...recent, {fromMs: nowMs, leastMs: differenceMs, mostMs: differenceMs}];
  }
}

/** A message with its times converted. */
export function timed(message: MouseMessage | WheelMessage | TouchMessage, {atMs, stretch}: HandTime): MouseMessage | WheelMessage | TouchMessage {
  if (message.type === 'touch') return {...message, t: atMs, ...(message.path && {path: message.path.map(([id, x, y, ageMs]) => [id, x, y, ageMs * stretch])})};
  if (message.type === 'wheel' || message.event !== 'move' || !message.path) return {...message, t: atMs};
  return {...message, t: atMs, path: message.path.map(([x, y, ageMs]) => [x, y, ageMs * stretch])};
}
