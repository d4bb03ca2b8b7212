import {chooseDecoder} from './worker-decode.js';
import {Pipeline} from './pipeline.js';
import {BUILD} from './thread-messages.js';
import type {FromWorker, ToWorker} from './thread-messages.js';

/** Only what a worker has of its own is named here: the rest of the language's libraries is that of pages. */
declare const self: Pick<Window, 'addEventListener'> & {postMessage(message: FromWorker): void};

const pipelines = new Map<number, Pipeline>();
const decoder = chooseDecoder();

/** The pipelines of all views of a page, each by its number. */
function receive(message: ToWorker): void {
  if ('ping' in message) return self.postMessage({pong: message.ping});
  const {view, command} = message;
  const pipeline = pipelines.get(view) ?? new Pipeline(
    async (bytes) => (await decoder)(bytes),
    (news) => self.postMessage({view, news}),
  );
  pipelines.set(view, pipeline);
  try {
    if (command) return pipeline.obey(command);
  } catch {
    // A socket's address is refused here. On the page it is as the page's policy says.
    self.postMessage({unusable: true});
  }
  pipeline.close();
  pipelines.delete(view);
}

self.addEventListener('message', ({data}: MessageEvent<ToWorker>) => receive(data));
self.addEventListener('securitypolicyviolation', () => self.postMessage({unusable: true}));
self.postMessage({build: BUILD});
