import type {ChaserLiveView} from 'chaser-live-view';
import {query} from './page.js';

const base = location.origin.replace(/^http/, 'ws');

query<ChaserLiveView>('#connecting').tokenProvider = () => new Promise(() => {});
query<ChaserLiveView>('#expired').src = `${base}/sessions/none/preview?token=out`;
for (const view of document.querySelectorAll<ChaserLiveView>('[data-stream]')) view.src = `${base}/demo/streams/${view.dataset['stream'] ?? ''}`;
// Held once there is something to hold: otherwise there would be no picture below the word.
for (const view of document.querySelectorAll<ChaserLiveView>('.pause')) view.addEventListener('frame', () => view.paused = true, {once: true});
