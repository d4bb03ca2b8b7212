import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Runs the garbage collector. */
export function collectGarbage(): void {
  if (typeof collect !== 'function') throw new TypeError('This Node has no gc().');
  collect();
}

/** The bytes that remain on this process's heap after garbage collection. */
export function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
