import type {ChaserLiveView} from 'chaser-live-view';
import {query} from './page.js';

const REST_MS = 1_000;
const base = location.origin.replace(/^http/, 'ws');

query<ChaserLiveView>('#connecting').tokenProvider = () => new Promise(() => {});
query<ChaserLiveView>('#expired').src = `${base}/sessions/none/preview?token=out`;
for (const view of document.querySelectorAll<ChaserLiveView>('[data-stream]')) view.src = `${base}/demo/streams/${view.dataset['stream'] ?? ''}`;
for (const view of document.querySelectorAll<ChaserLiveView>('.pause')) holdAtRest(view);

/** Pauses a view once its page is loaded and at rest, so that there is a picture behind the overlay's text. */
function holdAtRest(view: ChaserLiveView): void {
  let isPageThere = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    if (isPageThere) timer = setTimeout(hold, REST_MS);
  };
  const hold = () => {
    view.paused = true;
    view.removeEventListener('frame', wait);
  };
  view.addEventListener('pagechange', ({url}) => isPageThere = url.startsWith('http'));
  view.addEventListener('frame', wait);
}
