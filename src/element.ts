export {ChaserLiveView} from './chaser-live-view.js';
export type {LiveViewFit} from './input/geometry.js';
export type {SnapshotOptions} from './stream/snapshot.js';
export type {LiveViewStats} from './stream/stats.js';
export type {TokenContext, TokenProvider} from './stream/token-source.js';
export type {LiveViewListeners, LiveViewProps} from './frameworks/props.js';
export * from './errors.js';
export * from './events.js';
export type {Navigation, PreviewToken, Size, Tab} from './protocol.js';
