/** How the server's time came to be known, the better the greater. */
export const CLOCK_TRUST = {
  /** The moment at which a token was said to have run out; it may have been refused for another reason. */
  expiry: 1,
  /** The `Date` header of the answer that brought a token: a whole second, by the page's own server. */
  responseDate: 2,
  /** `server_time` in `hello`. */
  session: 3,
} as const;

export type ClockTrust = (typeof CLOCK_TRUST)[keyof typeof CLOCK_TRUST];

/** A token whose life would be longer by the viewer's clock is a sign that this clock is wrong. */
const LONGEST_PLAUSIBLE_LIFE_MS = 15 * 60_000;
/** How long a fresh token is taken to live at most while nobody knows what time it is: that costs a mint a minute. */
const ASSUMED_LIFE_MS = 60_000;
/** Clocks that are wrong are mostly wrong by a multiple of this: a time zone, or summer time. */
const USUAL_ERROR_MS = 30 * 60_000;
/** A guess that is shorter than this would mint more often than servers allow. */
const SHORTEST_GUESS_MS = 12_000;

/**
 * What time it is at the server, for the one question of how long a token has to live. The viewer's clock may be hours
 * wrong, so it is asked last; time that has passed since is measured by the monotonic clock, which nobody sets.
 */
export class ServerClock {
  #offsetMs: number | undefined;
  #trust = 0;

  /**
   * It is `serverMs` at the server now. Nothing changes when it is known better already; but it is never earlier there
   * than anybody has seen, as it would seem to be after this device has slept.
   */
  learn(serverMs: number, trust: ClockTrust): void {
    const offsetMs = serverMs - performance.now();
    const isLater = !(offsetMs <= (this.#offsetMs ?? -Infinity));
    if (Number.isNaN(serverMs) || (trust < this.#trust && !(isLater && trust > CLOCK_TRUST.expiry))) return;
    this.#trust = trust;
    this.#offsetMs = offsetMs;
  }

  /** What time it is at the server, in milliseconds since the epoch; this device's own time while nothing is known of that. */
  get nowMs(): number {
    return this.#offsetMs === undefined ? Date.now() : performance.now() + this.#offsetMs;
  }

  /** A new token ends at `serverMs`. It has not run out already: if that is what was learnt, it was wrong. */
  check(serverMs: number): void {
    const leastMs = this.#trust === CLOCK_TRUST.expiry ? SHORTEST_GUESS_MS : 0;
    if (this.untilMs(serverMs, performance.now()) > leastMs) return;
    this.#trust = 0;
    this.#offsetMs = undefined;
  }

  /** How long from now until the server's clock shows `serverMs`, for a token that was fresh at `freshAtMs`. */
  untilMs(serverMs: number, freshAtMs: number): number {
    if (this.#offsetMs !== undefined) return serverMs - this.#offsetMs - performance.now();
    const ageMs = performance.now() - freshAtMs;
    const lifeMs = serverMs - Date.now() + ageMs;
    return (isPlausible(lifeMs) ? lifeMs : guessLifeMs(lifeMs)) - ageMs;
  }
}

function isPlausible(lifeMs: number): boolean {
  return lifeMs > 0 && lifeMs <= LONGEST_PLAUSIBLE_LIFE_MS;
}

function guessLifeMs(wrongLifeMs: number): number {
  const guessMs = wrongLifeMs - Math.floor(wrongLifeMs / USUAL_ERROR_MS) * USUAL_ERROR_MS;
  return guessMs >= SHORTEST_GUESS_MS ? Math.min(guessMs, ASSUMED_LIFE_MS) : ASSUMED_LIFE_MS;
}
