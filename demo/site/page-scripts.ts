import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {bundle} from '../server/compile.js';

/** What a browser gets for a name: a script made from TypeScript, or a file as it is. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml', png: 'image/png', webp: 'image/webp',
};

/** Bundles a page's script, once for as long as the server runs. */
export async function script(source: URL): Promise<Asset> {
  return {type: TYPES['js'] ?? '', body: await bundle(source)};
}

/** A file, by its place or by the name that a package exports it under. */
export async function file(source: URL | string): Promise<Asset> {
  const path = fileURLToPath(typeof source === 'string' ? import.meta.resolve(source) : source);
  return {type: TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body: await readFile(path)};
}
