import 'chaser-live-view';
import type {} from 'chaser-live-view/react';
import type {PreviewToken, StateChangeEvent} from 'chaser-live-view';
import {useState} from 'react';

/** Rendered on the server and hydrated in the browser; the import above runs in both. */
export function App({previewToken, onState}: {previewToken?: PreviewToken; onState?: (event: StateChangeEvent) => void}) {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setShown(false)}>Close</button>
      {isShown && (
        <chaser-live-view
          label="From the server" fit="cover" readOnly
          {...(previewToken && {previewToken})} {...(onState && {onstatechange: onState})}
        />
      )}
    </>
  );
}
