import type {PreviewToken, StateChangeEvent} from 'chaser-live-view';

/** The token that the test's server minted, in the page's address; a real page would ask its own server. */
export const previewToken: PreviewToken = {
  url: new URLSearchParams(location.search).get('url') ?? '',
  expires_at: '2100-01-01T00:00:00.000Z',
  input_enabled: true,
  fps: 5,
};

/** What the test reads. */
export function note({state}: StateChangeEvent): void {
  document.body.dataset['states'] = `${document.body.dataset['states'] ?? ''} ${state}`.trim();
}
