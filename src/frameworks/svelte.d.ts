import type {HTMLAttributes} from 'svelte/elements';
import type {ChaserLiveView} from '../chaser-live-view.js';
import type {ChaserLiveTabs} from '../tabs/chaser-live-tabs.js';
import type {LiveTabsProps, LiveViewListeners, LiveViewProps} from './props.js';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'chaser-live-view': Omit<HTMLAttributes<ChaserLiveView>, keyof LiveViewListeners> & LiveViewProps & LiveViewListeners;
    'chaser-live-tabs': HTMLAttributes<ChaserLiveTabs> & LiveTabsProps;
  }
}
