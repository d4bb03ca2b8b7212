import {chooseDecoder} from './worker-decode.js';
import {Pipeline} from './pipeline.js';
import {BUILD, perform} from './thread-messages.js';
import type {FromWorker, ToWorker} from './thread-messages.js';

/** Only what a worker has of its own is named here: the rest of the language's libraries is that of pages. */
declare const self: Pick<Window, 'addEventListener'> & {postMessage(message: FromWorker): void};

const pipelines = new Map<number, Pipeline>();
const decoder = chooseDecoder();

/** The pipelines of all views of a page, each by its number. */
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
    // A socket's address is refused here. On the page it is as the page's policy says.
    self.postMessage([0]);
  }
  pipeline.end();
  pipelines.delete(view);
}

self.addEventListener('message', ({data}: MessageEvent<ToWorker>) => receive(data));
self.addEventListener('securitypolicyviolation', () => self.postMessage([0]));
self.postMessage([0, BUILD]);
