import 'chaser-live-view';
import type {} from 'chaser-live-view/react';
import type {ViewportChangeEvent} from 'chaser-live-view';

/** What the types are there to refuse: an error that does not come is one itself. */
export const refused = [
  // @ts-expect-error There is no such fit.
  <chaser-live-view key="fit" fit="wide" />,
  // @ts-expect-error It is not text.
  <chaser-live-view key="readOnly" readOnly="yes" />,
  // @ts-expect-error It has more than a URL.
  <chaser-live-view key="previewToken" previewToken={{url: 'ws://localhost/'}} />,
  // @ts-expect-error It is another event that has a width.
  <chaser-live-view key="onstatechange" onstatechange={({width}: ViewportChangeEvent) => console.log(width)} />,
];
