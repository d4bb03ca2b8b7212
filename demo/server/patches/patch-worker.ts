import {parentPort} from 'node:worker_threads';
import {type Cut, PatchCutter} from './patch-cutter.js';

/** A request of the main thread: the frames that this thread does not have yet, and the two frames to compare. */
export interface CutRequest {
  readonly added: readonly {readonly id: number; readonly bytes: Uint8Array}[];
  readonly base: number;
  readonly frame: number;
}

/** The answer to a request. Answers are sent in the order of the requests. */
export type CutAnswer = Cut;

const cutter = new PatchCutter();

parentPort?.on('message', ({added, base, frame}: CutRequest) => {
  for (const {id, bytes} of added) cutter.add(id, bytes);
  const cut: CutAnswer = cutter.cut(base, frame);
  parentPort?.postMessage(cut);
});
