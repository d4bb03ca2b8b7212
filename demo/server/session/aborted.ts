/** Rejects with the signal's reason once the signal is aborted. For a race with something that may never settle. */
export function aborted(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), {once: true});
  });
  // If the other side wins the race, nobody handles this rejection.
  promise.catch(() => {});
  return promise;
}
