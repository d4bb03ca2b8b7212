import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Engine} from './engines.js';
import type {TestThread} from './worker-plugin.js';

/**
 * Tests that run in one engine, because engines do not differ in what they test: pure functions, tables, the order of messages, attributes,
 * texts, delays, and axe's rules about the markup.
 */
const ONE_ENGINE = [
  'a11y', 'backoff', 'byte-sender', 'downloads', 'driving', 'finger-hold', 'geometry', 'keys', 'life-silence', 'notices', 'presses',
  'properties', 'protocol', 'state', 'tabs-view', 'texts', 'viewer',
];

/** Tests of the canvas, frames and sockets that also run without a worker. In WebKit, all tests run without one. */
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
    // Tests that use the DevTools protocol (touch, wheel, input methods, heap) run only in Chromium.
    ...engine === 'chromium' ? [] : ['!test/element/**/*.chromium.test.ts', ...paths(ONE_ENGINE).map((path) => `!${path}`)],
    // Tests of the worker need one.
    ...thread === 'worker' ? [] : ['!test/element/**/*.worker.*test.ts'],
  ];
}

/** @throws {Error} when there is no such file, because a renamed file would otherwise be left out unnoticed, or run twice. */
function pathOf(name: string): string {
  const path = `test/element/${name}.test.ts`;
  if (!existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)))) throw new Error(`There is no ${path}: its name is in ${import.meta.url}.`);
  return path;
}
