import {executeServerCommand} from '@web/test-runner-commands';
import type {ChaserLiveView} from '../../src/index.js';
import {workerHost} from '../../src/stream/worker-host.js';
import type {TestThread} from './worker-plugin.js';

let expected: TestThread | undefined;

/** Where elements paint in this run. If that is the worker, waits until it has started. */
export async function testThread(): Promise<TestThread> {
  if (expected) return expected;
  expected = await executeServerCommand<TestThread, undefined>('thread');
  const isReady = await workerHost.start();
  if (isReady !== (expected === 'worker')) throw new Error(`The frames of this run are to be painted by the ${expected}, and the worker has ${isReady ? '' : 'not '}started.`);
  return expected;
}

/** Checks that an element that shows a picture paints on this run's thread. */
export function checkThread(view: ChaserLiveView): void {
  const {thread} = view.getStats();
  const wanted = view.thread === 'page' ? 'page' : expected ?? thread;
  if (thread !== wanted) throw new Error(`The frames are painted by the ${thread}, and not by the ${wanted}.`);
}
