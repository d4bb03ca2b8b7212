import {serve} from './serve.js';

/** The session server alone: its API and its sockets, no pages. */
await serve();
