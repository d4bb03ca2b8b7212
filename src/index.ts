import {ChaserLiveView} from './chaser-live-view.js';
import {workerHost} from './stream/worker-host.js';

export * from './element.js';

// A page may have two copies of the script, or may have registered a subclass first.
if (!customElements.get('chaser-live-view')) {
  customElements.define('chaser-live-view', ChaserLiveView);
  workerHost.startSoon();
}

declare global {
  interface HTMLElementTagNameMap {
    'chaser-live-view': ChaserLiveView;
  }
}
