import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build, stop, transform} from 'esbuild';

let running = 0;

/** Compiles one TypeScript file, which imports only types, to a script for a browser. */
export function compile(source: URL): Promise<string> {
  return letGo(async () => (await transform(await readFile(source, 'utf8'), {loader: 'ts', target: 'es2022'})).code);
}

/** Bundles a TypeScript file and its imports to a script for a browser. */
export function bundle(source: URL): Promise<Buffer> {
  return letGo(async () => {
    const {outputFiles: [file]} = await build({
      entryPoints: [fileURLToPath(source)], bundle: true, write: false, format: 'esm', target: 'es2022', minify: true, legalComments: 'none',
      logLevel: 'silent',
    });
    return Buffer.from(file?.contents ?? []);
  });
}

/** Bundles a TypeScript file and its imports to a script for a worker thread. A thread accepts source text only as CommonJS. */
export function bundleForThread(source: URL): Promise<string> {
  return letGo(async () => {
    const {outputFiles: [file]} = await build({
      entryPoints: [fileURLToPath(source)], bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'silent',
    });
    return file?.text ?? '';
  });
}

/** Runs a task of esbuild, and then stops esbuild's process, which would check every second whether this process still runs. */
async function letGo<Result>(task: () => Promise<Result>): Promise<Result> {
  running++;
  try {
    return await task();
  } finally {
    if (--running === 0) await stop();
  }
}
