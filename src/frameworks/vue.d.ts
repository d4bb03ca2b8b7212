import type {DefineComponent} from 'vue';
import type {LiveViewEventMap} from '../events.js';
import type {LiveTabsProps, LiveViewProps} from './props.js';

/** Vue names a listener in camel case: `@statechange` is `onStatechange`. */
type Listeners = {[Type in keyof LiveViewEventMap as `on${Capitalize<Type>}`]?: (event: LiveViewEventMap[Type]) => void};

declare module 'vue' {
  interface GlobalComponents {
    'chaser-live-view': DefineComponent<LiveViewProps & Listeners>;
    'chaser-live-tabs': DefineComponent<LiveTabsProps>;
  }
}
