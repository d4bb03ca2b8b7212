import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {bundle} from '../server/compile.js';

/** A served file: a script that was built from TypeScript, or an unchanged file. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml', png: 'image/png', webp: 'image/webp',
};

/** Bundles a page's script, once per start of the server. */
export async function script(source: URL): Promise<Asset> {
  return {type: TYPES['js'] ?? '', body: await bundle(source)};
}

/** Reads a file, by its path or by the name under which a package exports it. */
export async function file(source: URL | string): Promise<Asset> {
  const path = fileURLToPath(typeof source === 'string' ? import.meta.resolve(source) : source);
  return {type: TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body: await readFile(path)};
}
