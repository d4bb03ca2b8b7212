import {chooseDecoder} from './worker-decode.js';
import {Pipeline} from './pipeline.js';
import {BUILD, perform} from './thread-messages.js';
import type {FromWorker, ToWorker} from './thread-messages.js';

/** The members of a worker's global scope that are used here. TypeScript's library is set to that of pages. */
declare const self: Pick<Window, 'addEventListener'> & {postMessage(message: FromWorker): void};

const pipelines = new Map<number, Pipeline>();
const decoder = chooseDecoder();

/** Handles a message for one of the page's views, by its number. */
function receive([view, content]: ToWorker): void {
  if (typeof content === 'number') return self.postMessage([0, content]);
  const pipeline = pipelines.get(view) ?? new Pipeline(
    async (bytes) => (await decoder)(bytes),
    (...news) => self.postMessage([view, news]),
  );
  pipelines.set(view, pipeline);
  try {
    if (content) return perform(pipeline, content);
  } catch {
    // The worker's policy forbids the socket's address. The page's policy may allow it.
    self.postMessage([0]);
  }
  pipeline.end();
  pipelines.delete(view);
}

self.addEventListener('message', ({data}: MessageEvent<ToWorker>) => receive(data));
self.addEventListener('securitypolicyviolation', () => self.postMessage([0]));
self.postMessage([0, BUILD]);
