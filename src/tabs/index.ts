import {ChaserLiveTabs} from './chaser-live-tabs.js';

export {ChaserLiveTabs};

// A page may have two copies of the script.
if (!customElements.get('chaser-live-tabs')) customElements.define('chaser-live-tabs', ChaserLiveTabs);

declare global {
  interface HTMLElementTagNameMap {
    'chaser-live-tabs': ChaserLiveTabs;
  }
}
