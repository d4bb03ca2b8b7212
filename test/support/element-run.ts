import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {Engine} from './engines.js';
import {root} from './server-process.js';

/** Runs one file of the element's tests in an engine. @throws {Error} with the output, when a test failed. */
export async function runElementTest(name: string, engine: Engine, env: NodeJS.ProcessEnv): Promise<void> {
  const args = ['--import', 'tsx', 'node_modules/@web/test-runner/dist/bin.js', '--files', `test/element/${name}.test.ts`];
  try {
    await promisify(execFile)(process.execPath, args, {cwd: root, env: {...process.env, ...env, TEST_ENGINE: engine}});
  } catch (error) {
    const said: unknown = error instanceof Error ? Reflect.get(error, 'stdout') : undefined;
    throw new Error(`${name} failed in ${engine}.\n${String(said)}`, {cause: error});
  }
}
