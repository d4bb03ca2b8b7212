import {ChaserLiveTabs} from './chaser-live-tabs.js';

export {ChaserLiveTabs};

// Two copies of the script on one page are no mistake.
if (!customElements.get('chaser-live-tabs')) customElements.define('chaser-live-tabs', ChaserLiveTabs);

declare global {
  interface HTMLElementTagNameMap {
    'chaser-live-tabs': ChaserLiveTabs;
  }
}
