const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:']);
const DEFAULT_PORTS: Readonly<Record<string, string>> = {'http:': '80', 'https:': '443'};

/** An address that a viewer wants to open: as the browser will read it, or why it is not opened. */
export type Address = {readonly href: string} | {readonly refusal: string};

/**
 * Checks an address. Only the parsed form may be handed on: of `java\nscript:` the browser would read another scheme than
 * who looks at the text.
 * @param forbiddenHosts patterns of `host:port`, `*` and `?` in them, that must not be opened.
 */
export function checkAddress(text: string, forbiddenHosts: readonly string[]): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !SCHEMES.has(url.protocol)) return {refusal: 'Only addresses that begin with http:// or https:// are opened.'};
  const host = `${url.hostname.replace(/\.$/, '')}:${url.port || DEFAULT_PORTS[url.protocol]}`;
  if (forbiddenHosts.some((pattern) => isMatch(host, pattern))) return {refusal: 'The address is one of the session server itself.'};
  return {href: url.href};
}

function isMatch(host: string, pattern: string): boolean {
  const source = pattern.replace(/[^\w*?]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(host);
}
