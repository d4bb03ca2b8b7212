/** Has the browser say that it runs on this platform, as `navigator.platform` names it, until what is returned is called. */
export function onPlatform(platform: string): () => void {
  Object.defineProperty(navigator, 'platform', {configurable: true, value: platform});
  return () => Reflect.deleteProperty(navigator, 'platform');
}
