/** How the server's time came to be known, the better the greater. */
export const CLOCK_TRUST = {
  /** `iat` of a token that has just been minted: a whole second, by the clock that made it. */
  issuedAt: 1,
  /** The `Date` header of the answer that brought a token: a whole second, by the page's own server. */
  responseDate: 2,
  /** `server_time` in `hello`, or the very moment at which a token ran out. */
  session: 3,
} as const;

export type ClockTrust = (typeof CLOCK_TRUST)[keyof typeof CLOCK_TRUST];

/** A token whose life would be longer by the viewer's clock is a sign that this clock is wrong. */
const LONGEST_PLAUSIBLE_LIFE_MS = 15 * 60_000;
/** How long a fresh token is taken to live while nobody knows what time it is: short, which costs a mint a minute. */
const ASSUMED_LIFE_MS = 60_000;

/**
 * What time it is at the server, for the one question of how long a token has to live. The viewer's clock may be hours
 * wrong, so it is asked last; time that has passed since is measured by the monotonic clock, which nobody sets.
 */
export class ServerClock {
  #offsetMs: number | undefined;
  #trust = 0;

  /** It is `serverMs` at the server now; nothing changes when it is known better already. */
  learn(serverMs: number, trust: ClockTrust): void {
    if (Number.isNaN(serverMs) || trust < this.#trust) return;
    this.#trust = trust;
    this.#offsetMs = serverMs - performance.now();
  }

  /** How long from now until the server's clock shows `serverMs`, for a token that was fresh at `freshAtMs`. */
  untilMs(serverMs: number, freshAtMs: number): number {
    if (this.#offsetMs !== undefined) return serverMs - this.#offsetMs - performance.now();
    const ageMs = performance.now() - freshAtMs;
    const lifeMs = serverMs - Date.now() + ageMs;
    const isPlausible = lifeMs > 0 && lifeMs <= LONGEST_PLAUSIBLE_LIFE_MS;
    return (isPlausible ? lifeMs : ASSUMED_LIFE_MS) - ageMs;
  }
}

/** When a token was made, by its maker's clock, where the token is a JWT that says so (RFC 7519, section 4.1.6). */
export function issuedAtMs(url: URL): number {
  const payload = url.searchParams.get('token')?.split('.')[1];
  if (!payload) return NaN;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const iat = typeof claims === 'object' && claims !== null && 'iat' in claims ? claims.iat : undefined;
    return typeof iat === 'number' ? iat * 1000 : NaN;
  } catch {
    return NaN;
  }
}
