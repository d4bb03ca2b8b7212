import type {ChaserLiveView} from '../chaser-live-view.js';
import type {LiveViewEventMap} from '../events.js';

/** The props of `<chaser-live-view>` in a framework's template. */
export type LiveViewProps = Partial<Pick<
  ChaserLiveView,
  'src' | 'previewToken' | 'tokenEndpoint' | 'tokenProvider' | 'readOnly' | 'fit' | 'controls' | 'paused' | 'label'
>> & {
  /** The attribute of `tokenEndpoint`, which also works before the element is defined. */
  'token-endpoint'?: string;
};

/** The props of `<chaser-live-tabs>` in a framework's template. */
export interface LiveTabsProps {
  for?: string;
  htmlFor?: string;
}

/** The listeners with their JSX names: `on` and the event's name, such as `onstatechange`. */
export type LiveViewListeners = {
  [Type in keyof LiveViewEventMap as `on${Type}`]?: (event: LiveViewEventMap[Type]) => void;
};
