/** Makes the browser report another operating system, until `undo`. */
export function pretendPlatform(platform: string): {readonly undo: () => void} {
  Object.defineProperty(navigator, 'platform', {configurable: true, get: () => platform});
  return {undo: () => Reflect.deleteProperty(navigator, 'platform')};
}
