import {createServer} from 'node:net';
import {fileURLToPath} from 'node:url';
import {esbuildPlugin} from '@web/dev-server-esbuild';
import {defaultReporter} from '@web/test-runner';
import {countReporter} from './test/support/count-reporter.ts';
import {engineOf, launcherOf} from './test/support/engines.ts';
import {fingersPlugin} from './test/support/fingers-plugin.ts';
import {inputCommandsPlugin} from './test/support/input-commands-plugin.ts';
import {pageFramesPlugin} from './test/support/page-frames-plugin.ts';
import {previewServerPlugin} from './test/support/preview-server-plugin.ts';
import {tcpProxyPlugin} from './test/support/tcp-proxy-plugin.ts';
import {filesOf} from './test/support/test-files.ts';
import {thoroughPlugin} from './test/support/thorough-plugin.ts';
import {threadOf, workerPlugin} from './test/support/worker-plugin.ts';

const engine = engineOf(process.env.TEST_ENGINE ?? 'chromium');
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

/**
 * A page of tests loads a hundred modules, and the next one the same: the browser keeps them for as long as the run takes.
 * Who watches their files change has them anew each time.
 */
async function keptByBrowser(context, next) {
  await next();
  const isModule = /^\/(src|demo|node_modules|test\/support|__web-test-runner__)\//.test(context.path);
  if (isModule && context.status === 200 && !process.argv.includes('--watch')) context.set('cache-control', 'max-age=3600');
}

export default {
  files: filesOf(engine, thread),
  nodeResolve: {exportConditions: ['development', 'browser']},
  // Much of a file is waiting for what it looks at. The others share the machine with more than this.
  concurrency: engine === 'chromium' ? 3 : 2,
  port: await freePort(),
  middleware: [keptByBrowser],
  plugins: [
    workerPlugin(thread),
    esbuildPlugin({ts: true, target: 'es2022', tsconfig: fileURLToPath(new URL('src/tsconfig.json', import.meta.url))}),
    pageFramesPlugin(),
    previewServerPlugin(),
    tcpProxyPlugin(),
    inputCommandsPlugin(),
    fingersPlugin(),
    thoroughPlugin(),
  ],
  browsers: [launcherOf(engine)],
  browserStartTimeout: 60_000,
  // A file is a matter of seconds; two cores that build and test at the same time are slower.
  testsFinishTimeout: process.env.PATCH_FRAMES ? 1_500_000 : 300_000,
  testFramework: {config: {timeout: 40_000}},
  reporters: [defaultReporter({reportTestResults: true, reportTestProgress: false}), countReporter()],
  filterBrowserLogs: ({args}) => !args.some((arg) => typeof arg === 'string' && arg.includes('Lit is in dev mode')),
};
