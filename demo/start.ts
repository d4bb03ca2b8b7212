import {serve} from './server/serve.js';
import {demoExtension} from './site/demo-site.js';

/** The session server, with the demo's pages beside its API. */
await serve(demoExtension);
