import {fileURLToPath} from 'node:url';
import type {TestRunnerPlugin} from '@web/test-runner-core';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the element paints in this run: in a worker if the engine supports that, or on the page because no worker is served. */
export type TestThread = 'page' | 'worker';

/** @throws {Error} when `TEST_THREAD` is not a thread of this engine. */
export function threadOf(engine: string, asked = process.env['TEST_THREAD']): TestThread {
  const chosen = engine === 'webkit' ? 'page' : 'worker';
  if (asked === undefined || asked === chosen) return chosen;
  if (asked === 'page') return 'page';
  throw new Error(`TEST_THREAD is '${asked}': ${engine} paints on the page.`);
}

/** Serves the worker's script in one file, as in the package. `thread.ts` is the page's side. */
export function workerPlugin(thread: TestThread): TestRunnerPlugin {
  let code: Promise<string> | undefined;
  return {
    name: 'worker',
    executeCommand: ({command}) => command === 'thread' ? thread : undefined,
    async serve(context) {
      if (context.path !== '/src/stream/worker.js') return undefined;
      code ??= bundle();
      if (thread === 'worker') return {body: await code, type: 'js'};
      // What a plugin returns would be served with status 200.
      context.respond = false;
      context.res.writeHead(404).end();
      return {body: ' '};
    },
  };
}

async function bundle(): Promise<string> {
  const {outputFiles: [file]} = await build({
    entryPoints: [`${root}src/stream/worker.ts`], bundle: true, write: false, format: 'esm', target: 'es2022', tsconfig: `${root}src/tsconfig.json`, logLevel: 'error',
  });
  return file?.text ?? '';
}
