/** How the server's time became known. A greater value is more reliable. */
export const CLOCK_TRUST = {
  /** The moment when a token was reported as expired. It may have been refused for another reason. */
  expiry: 1,
  /** The `Date` header of the answer with a token: whole seconds, from the page's own server. */
  responseDate: 2,
  /** `server_time` in `hello`. */
  session: 3,
} as const;

export type ClockTrust = (typeof CLOCK_TRUST)[keyof typeof CLOCK_TRUST];

/** If a token would be valid for longer than this by the viewer's clock, that clock is wrong. */
const LONGEST_PLAUSIBLE_LIFE_MS = 15 * 60_000;
/** The assumed lifetime of a fresh token while the time is unknown. This costs a token request a minute. */
const ASSUMED_LIFE_MS = 60_000;
/** Wrong clocks are mostly wrong by a multiple of this: a time zone or summer time. */
const USUAL_ERROR_MS = 30 * 60_000;
/** A shorter guess would request tokens more often than servers allow. */
const SHORTEST_GUESS_MS = 12_000;

/**
 * The server's time, which decides how long a token is valid. The viewer's clock may be hours
 * wrong, so it is used last. Elapsed time is measured by the monotonic clock, which cannot be set.
 */
export class ServerClock {
  #offsetMs: number | undefined;
  #trust = 0;

  /**
   * The server's time is `serverMs` now. Ignored if a more reliable time is known. The time never goes back, as it
   * otherwise would after this device has slept.
   */
  learn(serverMs: number, trust: ClockTrust): void {
    const offsetMs = serverMs - performance.now();
    const isLater = !(offsetMs <= (this.#offsetMs ?? -Infinity));
    if (Number.isNaN(serverMs) || (trust < this.#trust && !(isLater && trust > CLOCK_TRUST.expiry))) return;
    this.#trust = trust;
    this.#offsetMs = offsetMs;
  }

  /** The server's current time, in milliseconds since the epoch. The device's own time while nothing else is known. */
  get nowMs(): number {
    return this.#offsetMs === undefined ? Date.now() : performance.now() + this.#offsetMs;
  }

  /** A new token ends at `serverMs`. It cannot have expired already, so a time that says so was wrong. */
  check(serverMs: number): void {
    const leastMs = this.#trust === CLOCK_TRUST.expiry ? SHORTEST_GUESS_MS : 0;
    if (this.untilMs(serverMs, performance.now()) > leastMs) return;
    this.#trust = 0;
    this.#offsetMs = undefined;
  }

  /** How long until the server's clock shows `serverMs`, for a token that was fresh at `freshAtMs`. */
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
