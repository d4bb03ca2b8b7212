import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Collects everything that nobody holds. */
export function collectGarbage(): void {
  if (typeof collect !== 'function') throw new TypeError('This Node has no gc().');
  collect();
}

/** The bytes on this process's heap that somebody holds. */
export function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
