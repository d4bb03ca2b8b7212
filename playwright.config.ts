import {defineConfig} from 'playwright/test';

export default defineConfig({
  testDir: 'test',
  // What consumers of the package test by other means is theirs.
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/playwright',
  timeout: 60_000,
  // Browsers are many in here already: a session's own, and the person's. A person's test waits for them, and they for it,
  // a third of its time.
  workers: 2,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', {outputFile: process.env['TEST_COUNTS_FILE'] ?? 'test-results/playwright.json'}]],
  projects: [
    {name: 'package', testDir: 'test/package', testIgnore: '**/*.long.spec.ts'},
    {name: 'server', testDir: 'test/server', testIgnore: '**/*.long.spec.ts'},
    // Not part of `npm test`: minutes each, and with the machine to itself.
    {name: 'long', testDir: 'test', testMatch: '**/*.long.spec.ts', timeout: 30 * 60_000, workers: 1},
    {name: 'e2e', testDir: 'test/e2e', testIgnore: '**/*.long.spec.ts'},
  ],
});
