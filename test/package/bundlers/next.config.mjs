import {fileURLToPath} from 'node:url';

/** Pages without a server, built by Turbopack, for where the test serves them. */
export default {output: 'export', distDir: 'built/turbopack', basePath: '/built/turbopack', turbopack: {root: fileURLToPath(new URL('.', import.meta.url))}};
