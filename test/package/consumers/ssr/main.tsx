import {hydrateRoot} from 'react-dom/client';
import {note, previewToken} from '../shared.js';
import {App} from './App.js';

const container = document.querySelector('#app');
if (container) hydrateRoot(container, <App previewToken={previewToken} onState={note} />);
