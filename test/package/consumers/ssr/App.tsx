import 'chaser-live-view';
import type {} from 'chaser-live-view/react';
import type {PreviewToken, StateChangeEvent} from 'chaser-live-view';
import {useEffect, useState} from 'react';

/**
 * Rendered on the server and hydrated in the browser; the import above runs in both. React sets properties and
 * listeners of a custom element when it renders it, and not when it hydrates one: so they come with the first render
 * after that.
 */
export function App({previewToken, onState}: {previewToken?: PreviewToken; onState?: (event: StateChangeEvent) => void}) {
  const [isShown, setShown] = useState(true);
  const [isHydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return (
    <>
      <button type="button" onClick={() => setShown(false)}>Close</button>
      {isShown && (
        <chaser-live-view
          label="From the server" fit="cover" readOnly tokenEndpoint="/preview-token"
          {...(isHydrated && previewToken && {previewToken})} {...(isHydrated && onState && {onstatechange: onState})}
        />
      )}
    </>
  );
}
