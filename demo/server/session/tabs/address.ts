const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:']);
const DEFAULT_PORTS: Readonly<Record<string, string>> = {'http:': '80', 'https:': '443'};

/** A checked address: as the browser will parse it, or why it is refused. */
export type Address = {readonly href: string} | {readonly refusal: string};

/**
 * Checks an address that a viewer wants to open. Only the parsed form may be passed on, because the browser parses `java\nscript:` as
 * another scheme than its text shows.
 * @param forbiddenHosts patterns of `host:port`, with `*` and `?`, that must not be opened.
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
