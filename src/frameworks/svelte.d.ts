import type {HTMLAttributes} from 'svelte/elements';
import type {ChaserLiveView} from '../chaser-live-view.js';
import type {LiveViewListeners, LiveViewProps} from './props.js';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'chaser-live-view': Omit<HTMLAttributes<ChaserLiveView>, keyof LiveViewListeners> & LiveViewProps & LiveViewListeners;
  }
}
