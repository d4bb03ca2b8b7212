import {ChaserLiveView} from 'chaser-live-view/element';
import {parsePreviewToken} from 'chaser-live-view/protocol';
import type {} from 'chaser-live-view/react';
import type {StateChangeEvent} from 'chaser-live-view';

/** How TypeScript found types before packages had `exports`: each entry by its `typesVersions`. */
export const token: number = parsePreviewToken({}).fps;
export const view = <chaser-live-view token-endpoint="/preview-token" readOnly={false} onstatechange={({state}: StateChangeEvent) => state.length} />;
export type Live = ChaserLiveView['state'];
