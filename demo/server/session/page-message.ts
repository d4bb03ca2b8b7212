import type {PageMessage} from 'chaser-live-view/protocol';
import type {Page} from './page.js';

/** A page's address may be a `data:` URL of many megabytes, and a protocol message holds only one. */
const MAX_URL_LENGTH = 10_000;

/** The message that tells viewers the active page's address and title. Both are empty if there is no page. */
export function pageMessage(page: Page | undefined): PageMessage {
  return {type: 'page', url: page?.info.url.slice(0, MAX_URL_LENGTH) ?? '', title: page?.info.title ?? ''};
}
