import {html} from '../html.js';
import {layout} from './layout.js';

const VIEWS = 9;

/** The page with nine watch-only live views. */
export function wallPage(sessions: number): string {
  const shared = sessions >= VIEWS
    ? html`Nine sessions, a browser each.`
    : html`Nine views of ${sessions} ${sessions === 1 ? 'session' : 'sessions'}: a browser costs most of a processor, and this machine has few. A view costs next to nothing.`;
  return layout({
    path: '/wall', title: 'A wall of nine', script: 'wall',
    content: html`
      <div class="head">
        <section class="intro">
          <h1>A wall of nine</h1>
          <p>${shared} A view that is scrolled away, or in a hidden tab, takes no frames at all.</p>
        </section>
        <p class="figures" id="figures" aria-live="off">–</p>
      </div>
      <div class="wall">${Array.from({length: VIEWS}, (_, index) => html`
        <figure>
          <chaser-live-view readonly label="Session ${1 + index % sessions}, view ${index + 1}" token-endpoint="/demo/exhibits/${index + 1}/preview-token"></chaser-live-view>
          <figcaption><b>Session ${1 + index % sessions}</b> <span></span></figcaption>
        </figure>`)}
      </div>`,
  });
}
