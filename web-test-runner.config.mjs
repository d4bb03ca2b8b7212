import {createServer} from 'node:net';
import {fileURLToPath} from 'node:url';
import {esbuildPlugin} from '@web/dev-server-esbuild';
import {defaultReporter} from '@web/test-runner';
import {countReporter} from './test/support/count-reporter.ts';
import {launcherOf} from './test/support/engines.ts';
import {inputCommandsPlugin} from './test/support/input-commands-plugin.ts';
import {pageFramesPlugin} from './test/support/page-frames-plugin.ts';
import {previewServerPlugin} from './test/support/preview-server-plugin.ts';
import {tcpProxyPlugin} from './test/support/tcp-proxy-plugin.ts';
import {threadOf, workerPlugin} from './test/support/worker-plugin.ts';

const engine = process.env.TEST_ENGINE ?? 'chromium';
const thread = threadOf(engine);

/** A free port, by the system's choice: of two runners that begin at the same time, both would find the same one free. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const {port} = server.address();
      server.close(() => resolve(port));
    });
  });
}

export default {
  // What a test does through the DevTools protocol (touch, wheel, input methods, heap) only Chromium has. What is said of the
  // worker is true where there is one.
  files: [
    'test/element/**/*.test.ts', ...engine === 'chromium' ? [] : ['!test/element/**/*.chromium.test.ts'],
    ...thread === 'worker' ? [] : ['!test/element/**/*.worker.*test.ts'],
  ],
  nodeResolve: {exportConditions: ['development', 'browser']},
  // Much of a file is waiting for what it looks at. The others share the machine with more than this.
  concurrency: engine === 'chromium' ? 3 : 2,
  port: await freePort(),
  plugins: [
    workerPlugin(thread),
    esbuildPlugin({ts: true, target: 'es2022', tsconfig: fileURLToPath(new URL('src/tsconfig.json', import.meta.url))}),
    pageFramesPlugin(),
    previewServerPlugin(),
    tcpProxyPlugin(),
    inputCommandsPlugin(),
  ],
  browsers: [launcherOf(engine)],
  browserStartTimeout: 60_000,
  // A file is a matter of seconds; two cores that build and test at the same time are slower.
  testsFinishTimeout: process.env.PATCH_FRAMES ? 1_500_000 : 300_000,
  testFramework: {config: {timeout: 40_000}},
  reporters: [defaultReporter({reportTestResults: true, reportTestProgress: false}), countReporter()],
  filterBrowserLogs: ({args}) => !args.some((arg) => typeof arg === 'string' && arg.includes('Lit is in dev mode')),
};
