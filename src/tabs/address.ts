/**
 * The address for a typed text, as browsers read it: without a scheme, `https:` is added, or `http:` for this machine. Undefined if the
 * text is not an address.
 */
export function addressOf(typed: string): string | undefined {
  const text = typed.trim();
  const hasScheme = /^https?:/i.test(text);
  if (!hasScheme && /^[a-z][\w+.-]*:\/\//i.test(text)) return undefined;
  const isLocal = /^(?:localhost|127\.[\d.]+|\[::1\])(?:[:/?#]|$)/i.test(text);
  const address = hasScheme ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  // A text with a space in its host is not an address. A browser would search for it.
  return text && !/^(?:https?:\/\/)?[^/?#]*\s/i.test(text) && URL.canParse(address) ? new URL(address).href : undefined;
}
