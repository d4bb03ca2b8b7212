import {defineConfig} from 'playwright/test';

export default defineConfig({
  testDir: 'test',
  outputDir: 'test-results/playwright',
  timeout: 60_000,
  // A file waits for browsers, and they for it, about a third of its time. More than two have more browsers than a small
  // machine has room for: a session's own, and the person's.
  workers: 2,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', {outputFile: process.env['TEST_COUNTS_FILE'] ?? 'test-results/playwright.json'}]],
  projects: [
    {name: 'package', testDir: 'test/package'},
    {name: 'server', testDir: 'test/server', testIgnore: '**/*.long.spec.ts'},
    // Not part of `npm test`: minutes each.
    {name: 'long', testDir: 'test', testMatch: '**/*.long.spec.ts', timeout: 30 * 60_000},
    {name: 'e2e', testDir: 'test/e2e'},
  ],
});
