/** Sets `navigator.platform`. Returns a function that restores it. */
export function onPlatform(platform: string): () => void {
  Object.defineProperty(navigator, 'platform', {configurable: true, value: platform});
  return () => Reflect.deleteProperty(navigator, 'platform');
}
