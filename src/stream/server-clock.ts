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

  /** It is `serverMs` at the server now; NaN where nobody has said. Who said it last knows it best. */
  learn(serverMs: number): void {
    if (!Number.isNaN(serverMs)) this.#offsetMs = serverMs - performance.now();
  }

  /** A new token ends at `serverMs`. It has not run out already: if that is what was learnt, it was wrong. */
  check(serverMs: number): void {
    if (this.untilMs(serverMs, performance.now()) <= 0) this.#offsetMs = undefined;
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
