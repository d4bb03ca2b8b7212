import 'chaser-live-view';
import type {} from 'chaser-live-view/react';
import {useState} from 'react';
import {createRoot} from 'react-dom/client';
import {note, previewToken} from '../shared.js';

function App() {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setShown(false)}>Close</button>
      {isShown && <chaser-live-view label="From React" fit="cover" readOnly previewToken={previewToken} onstatechange={note} />}
    </>
  );
}

const container = document.querySelector('#app');
if (container) createRoot(container).render(<App />);
