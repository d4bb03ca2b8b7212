import {realpathSync} from 'node:fs';
import {isAbsolute, join, sep} from 'node:path';
import {fileURLToPath} from 'node:url';

const WEB: ReadonlySet<string> = new Set(['http:', 'https:', 'about:', 'data:', 'blob:', 'javascript:']);

/** Whether a session may open an address: one of the web, or a file in the session's folder. */
export function mayOpen(url: string, folder: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const {protocol, href} = new URL(url);
  if (protocol === 'view-source:') return mayOpen(href.slice(protocol.length), folder);
  return WEB.has(protocol) || (protocol === 'file:' && isInside(pathOf(href), folder));
}

function pathOf(url: string): unknown {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Whether a file exists and is in the folder. Symbolic links are followed. */
export function isInside(path: unknown, folder: string | undefined): boolean {
  if (typeof path !== 'string' || folder === undefined || !isAbsolute(path)) return false;
  try {
    return realpathSync(path).startsWith(join(realpathSync(folder), sep));
  } catch {
    return false;
  }
}

