import type {DetailedHTMLProps, HTMLAttributes} from 'react';
import type {ChaserLiveView} from '../chaser-live-view.js';
import type {ChaserLiveTabs} from '../tabs/chaser-live-tabs.js';
import type {LiveTabsProps, LiveViewListeners, LiveViewProps} from './props.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'chaser-live-view': DetailedHTMLProps<HTMLAttributes<ChaserLiveView>, ChaserLiveView> & LiveViewProps & LiveViewListeners;
      'chaser-live-tabs': DetailedHTMLProps<HTMLAttributes<ChaserLiveTabs>, ChaserLiveTabs> & LiveTabsProps;
    }
  }
}
