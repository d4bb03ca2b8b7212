import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {expect, test} from 'playwright/test';
import {isOfMachine} from '../../demo/server/machine-rules.js';

interface Protocol {
  readonly domains: readonly {readonly domain: string; readonly commands?: readonly {readonly name: string; readonly parameters?: readonly {readonly name: string}[]}[]}[];
}

/** The names of parameters that may concern the machine. */
const SUSPICIOUS = /path|^files?$|folder|directory|^urls?$|url$|^port$|locations|^proxyServer$|^message$/i;
/** Parameters that were checked one by one and concern pages, cookies and the like. */
const HARMLESS = new Set([
  'Browser.addPrivacySandboxEnrollmentOverride', 'CSS.addRule', 'CacheStorage.requestCachedResponse', 'CacheStorage.requestEntries', 'DOM.pushNodeByPathToFrontend', 'DOMDebugger.removeXHRBreakpoint',
  'DOMDebugger.setXHRBreakpoint', 'Debugger.setBreakpointByUrl', 'HeapProfiler.startTrackingHeapObjects', 'Emulation.setDeviceMetricsOverride', 'Network.deleteCookies', 'Network.getCookies',
  'Network.setBlockedURLs', 'Network.setCookie', 'Overlay.setPausedInDebuggerMessage', 'Page.addCompilationCache', 'Page.captureScreenshot', 'Page.deleteCookie',
  'Page.enable', 'Page.generateTestReport', 'Page.getResourceContent', 'Page.searchInResource', 'Page.setDeviceMetricsOverride', 'Runtime.compileScript', 'ServiceWorker.skipWaiting', 'ServiceWorker.startWorker',
  'ServiceWorker.unregister', 'ServiceWorker.updateRegistration', 'Target.createBrowserContext',
]);

test('each CDP command that may name a file, an address or a port is checked, or listed as harmless', async () => {
  const require = createRequire(import.meta.url);
  const files = ['browser_protocol', 'js_protocol'].map((name) => require.resolve(`devtools-protocol/json/${name}.json`));
  const protocols: Protocol[] = await Promise.all(files.map(async (path) => JSON.parse(await readFile(path, 'utf8'))));
  const found = protocols.flatMap(({domains}) => domains).flatMap(({domain, commands = []}) => commands
    .filter(({parameters = []}) => parameters.some(({name}) => SUSPICIOUS.test(name))).map(({name}) => `${domain}.${name}`));
  expect(found).toContain('DOM.setFileInputFiles');
  expect(found.filter((method) => !isOfMachine(method) && !HARMLESS.has(method))).toEqual([]);
  expect(isOfMachine('Input.dispatchDragEvent')).toBe(true);
});
