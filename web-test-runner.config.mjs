import {fileURLToPath} from 'node:url';
import {esbuildPlugin} from '@web/dev-server-esbuild';
import {defaultReporter} from '@web/test-runner';
import {playwrightLauncher} from '@web/test-runner-playwright';
import {findBrowser} from './demo/find-browser.ts';
import {countReporter} from './test/support/count-reporter.ts';
import {previewServerPlugin} from './test/support/preview-server-plugin.ts';
import {inputCommandsPlugin} from './test/support/input-commands-plugin.ts';

// Chromium refuses to run as root with its sandbox.
const isRoot = process.getuid?.() === 0;

export default {
  files: 'test/element/**/*.test.ts',
  nodeResolve: {exportConditions: ['development', 'browser']},
  concurrency: 2,
  plugins: [
    esbuildPlugin({ts: true, target: 'es2022', tsconfig: fileURLToPath(new URL('src/tsconfig.json', import.meta.url))}),
    previewServerPlugin(),
    inputCommandsPlugin(),
  ],
  browsers: [
    playwrightLauncher({
      product: 'chromium',
      launchOptions: {executablePath: findBrowser(), args: isRoot ? ['--no-sandbox'] : []},
    }),
  ],
  testFramework: {config: {timeout: 20_000}},
  reporters: [defaultReporter({reportTestResults: true, reportTestProgress: false}), countReporter()],
  filterBrowserLogs: ({args}) => !args.some((arg) => typeof arg === 'string' && arg.includes('Lit is in dev mode')),
};
