/**
 * The address that somebody means by what they typed; undefined for none. As browsers read it: without a scheme it is
 * `https:`, on this machine `http:`.
 */
export function addressOf(typed: string): string | undefined {
  const text = typed.trim();
  const hasScheme = /^https?:/i.test(text);
  if (!hasScheme && /^[a-z][\w+.-]*:\/\//i.test(text)) return undefined;
  const isLocal = /^(?:localhost|127\.[\d.]+|\[::1\])(?:[:/?#]|$)/i.test(text);
  const address = hasScheme ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  // With a space in its host it is none, and a browser would search for it.
  return text && !/^(?:https?:\/\/)?[^/?#]*\s/i.test(text) && URL.canParse(address) ? new URL(address).href : undefined;
}
