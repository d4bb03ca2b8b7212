import type {ChaserLiveView} from '../chaser-live-view.js';
import type {LiveViewEventMap} from '../events.js';

/** What a framework's template may set on `<chaser-live-view>`. */
export type LiveViewProps = Partial<Pick<
  ChaserLiveView,
  'src' | 'previewToken' | 'tokenEndpoint' | 'tokenProvider' | 'readOnly' | 'fit' | 'controls' | 'paused' | 'label'
>> & {
  /** The attribute of `tokenEndpoint`, which is there wherever the element is defined. */
  'token-endpoint'?: string;
};

/** What a framework's template may set on `<chaser-live-tabs>`. */
export interface LiveTabsProps {
  for?: string;
  htmlFor?: string;
}

/** Its listeners as JSX names them: `on` and the event's own name, `onstatechange`. */
export type LiveViewListeners = {
  [Type in keyof LiveViewEventMap as `on${Type}`]?: (event: LiveViewEventMap[Type]) => void;
};
