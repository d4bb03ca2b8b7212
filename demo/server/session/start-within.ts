/**
 * Runs `start` with a signal that is aborted when it takes too long, or when `outer` is.
 * @throws {Error} when it takes longer than `timeoutMs`, and whatever `start` throws.
 */
export async function startWithin<Result>(timeoutMs: number, outer: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const late = new Error(`The session did not start within ${timeoutMs / 1000} s.`);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(late), timeoutMs);
  try {
    return await start(AbortSignal.any([timeout.signal, ...(outer ? [outer] : [])]));
  } catch (error) {
    throw timeout.signal.aborted ? late : error;
  } finally {
    clearTimeout(timer);
  }
}
