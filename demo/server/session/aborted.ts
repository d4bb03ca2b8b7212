/** Rejects with the signal's reason once it is aborted; for a race with something that can take for ever. */
export function aborted(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), {once: true});
  });
  // Whoever wins the race, nobody may be left to hear of this.
  promise.catch(() => {});
  return promise;
}
