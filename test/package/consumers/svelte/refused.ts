import 'chaser-live-view';
import type {} from 'chaser-live-view/svelte';
import type {ViewportChangeEvent} from 'chaser-live-view';
import type {SvelteHTMLElements} from 'svelte/elements';

type Attributes = SvelteHTMLElements['chaser-live-view'];

/** What the types are there to refuse: an error that does not come is one itself. */
export const refused: readonly Attributes[] = [
  // @ts-expect-error There is no such fit.
  {fit: 'wide'},
  // @ts-expect-error It is not text.
  {readOnly: 'yes'},
  // @ts-expect-error It has more than a URL.
  {previewToken: {url: 'ws://localhost/'}},
  // @ts-expect-error It is another event that has a width.
  {onstatechange: ({width}: ViewportChangeEvent) => console.log(width)},
];
