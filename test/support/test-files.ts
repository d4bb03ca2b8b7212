import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Engine} from './engines.js';
import type {TestThread} from './worker-plugin.js';

/**
 * What is this project's own logic, on nothing in which browsers differ: pure functions, tables, the order of messages,
 * attributes, words, how long it waits, and the rules of axe about the markup. Another engine would say the same once more.
 */
const ONE_ENGINE = [
  'a11y', 'backoff', 'byte-sender', 'downloads', 'driving', 'finger-hold', 'geometry', 'keys', 'life-silence', 'notices', 'presses',
  'properties', 'protocol', 'state', 'tabs-view', 'texts', 'viewer',
];

/**
 * What touches the canvas, frames and sockets, once more where there is no worker to be had. WebKit paints on the page
 * in all of its tests.
 */
const ON_PAGE: Readonly<Record<string, readonly string[]>> = {
  chromium: ['stream', 'frames', 'patches', 'controls', 'renewal'],
  firefox: ['stream', 'frames', 'patches'],
};

/** The files of `test/element` that an engine runs, as patterns; `thread` is where the element paints. */
export function filesOf(engine: Engine, thread: TestThread): string[] {
  const paths = (names: readonly string[]) => names.map((name) => pathOf(name));
  if (thread === 'page' && engine !== 'webkit') return paths(ON_PAGE[engine] ?? []);
  return [
    'test/element/**/*.test.ts',
    // What a test does through the DevTools protocol (touch, wheel, input methods, heap) only Chromium has.
    ...engine === 'chromium' ? [] : ['!test/element/**/*.chromium.test.ts', ...paths(ONE_ENGINE).map((path) => `!${path}`)],
    // What is said of the worker is true where there is one.
    ...thread === 'worker' ? [] : ['!test/element/**/*.worker.*test.ts'],
  ];
}

/** @throws {Error} when there is no such file: one that has another name now is not to be left out unseen, or run twice. */
function pathOf(name: string): string {
  const path = `test/element/${name}.test.ts`;
  if (!existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)))) throw new Error(`There is no ${path}: its name is in ${import.meta.url}.`);
  return path;
}
