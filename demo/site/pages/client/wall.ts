import type {ChaserLiveView} from 'chaser-live-view';
import {query} from './page.js';

const FIGURES_EVERY_MS = 1_000;
const views = [...document.querySelectorAll<ChaserLiveView>('chaser-live-view')];

for (const view of views) {
  const caption = view.parentElement?.querySelector('figcaption span');
  view.addEventListener('statechange', ({state}) => {
    if (caption) caption.textContent = state;
  });
}

setInterval(() => {
  const stats = views.map((view) => view.getStats());
  const sum = (name: 'fps' | 'bytesReceived') => stats.reduce((total, one) => total + one[name], 0);
  query('#figures').textContent = `${sum('fps').toFixed(0)} frames a second · ${(sum('bytesReceived') / 1e6).toFixed(1)} MB so far`;
}, FIGURES_EVERY_MS);
