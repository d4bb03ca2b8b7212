import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build, stop, transform} from 'esbuild';

let running = 0;

/** A script for a browser, of one TypeScript file that imports nothing but types. */
export function compile(source: URL): Promise<string> {
  return letGo(async () => (await transform(await readFile(source, 'utf8'), {loader: 'ts', target: 'es2022'})).code);
}

/** A script for a browser, of a TypeScript file and all that it imports. */
export function bundle(source: URL): Promise<Buffer> {
  return letGo(async () => {
    const {outputFiles: [file]} = await build({
      entryPoints: [fileURLToPath(source)], bundle: true, write: false, format: 'esm', target: 'es2022', minify: true, legalComments: 'none',
      logLevel: 'silent',
    });
    return Buffer.from(file?.contents ?? []);
  });
}

/** A script for a thread of this process, of a TypeScript file and all that it imports: CommonJS, as a thread takes text. */
export function bundleForThread(source: URL): Promise<string> {
  return letGo(async () => {
    const {outputFiles: [file]} = await build({
      entryPoints: [fileURLToPath(source)], bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'silent',
    });
    return file?.text ?? '';
  });
}

/** esbuild is a process of its own, which asks this one every second whether it is there: it ends when it has nothing to do. */
async function letGo<Result>(task: () => Promise<Result>): Promise<Result> {
  running++;
  try {
    return await task();
  } finally {
    if (--running === 0) await stop();
  }
}
