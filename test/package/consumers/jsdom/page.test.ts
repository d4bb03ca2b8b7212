import {afterEach, expect, test} from 'vitest';
import 'chaser-live-view';
import type {ChaserLiveView} from 'chaser-live-view';

afterEach(() => document.body.replaceChildren());

/** A host page's own unit tests run where there is no browser. */
test('a page that holds the element is put in a document and taken out of it', async () => {
  document.body.innerHTML = '<chaser-live-view controls readonly="false" src="ws://127.0.0.1:9/preview?token=none"></chaser-live-view>';
  const view = document.querySelector<ChaserLiveView>('chaser-live-view');
  await view?.updateComplete;
  expect(view?.state).toBe('connecting');
  expect(view?.readOnly).toBe(false);
  expect(view?.shadowRoot?.querySelector('[part=controls]')).not.toBeNull();
  view?.focus();
  document.body.append(document.createElement('p'), view ?? '');
  view?.remove();
  // One that is only moved is back before the next task.
  await new Promise((resolve) => setTimeout(resolve));
  expect(view?.state).toBe('idle');
});
