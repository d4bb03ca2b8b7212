import {parentPort} from 'node:worker_threads';
import {type Cut, PatchCutter} from './patch-cutter.js';

/** What the server's main thread asks for: frames that are new to this one, and what has changed from one to another. */
export interface CutRequest {
  readonly added: readonly {readonly id: number; readonly bytes: Uint8Array}[];
  readonly base: number;
  readonly frame: number;
}

/** Answers come in the order of the requests. */
export type CutAnswer = Cut;

const cutter = new PatchCutter();

parentPort?.on('message', ({added, base, frame}: CutRequest) => {
  for (const {id, bytes} of added) cutter.add(id, bytes);
  const cut: CutAnswer = cutter.cut(base, frame);
  parentPort?.postMessage(cut);
});
