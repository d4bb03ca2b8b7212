import type {DetailedHTMLProps, HTMLAttributes} from 'react';
import type {ChaserLiveView} from '../chaser-live-view.js';
import type {LiveViewListeners, LiveViewProps} from './props.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'chaser-live-view': DetailedHTMLProps<HTMLAttributes<ChaserLiveView>, ChaserLiveView> & LiveViewProps & LiveViewListeners;
    }
  }
}
