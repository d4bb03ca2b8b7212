import {ChaserLiveView} from './chaser-live-view.js';
import {workerHost} from './stream/worker-host.js';

export * from './element.js';

// Two copies of the script on one page, or a page that registered a subclass first, are no mistake.
if (!customElements.get('chaser-live-view')) {
  customElements.define('chaser-live-view', ChaserLiveView);
  workerHost.startSoon();
}

declare global {
  interface HTMLElementTagNameMap {
    'chaser-live-view': ChaserLiveView;
  }
}
