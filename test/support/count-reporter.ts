import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Reporter, TestSession, TestSuiteResult} from '@web/test-runner';

/** How many tests passed and failed. */
export interface Counts {
  passed: number;
  failed: number;
}

/** The result of a run of the element's tests. */
export interface ElementReport extends Counts {
  /** Files whose page the browser never opened, so that none of their tests ran. Each is also counted as a failure. */
  unopened: string[];
}

/**
 * Writes the result of the run to the file that `TEST_COUNTS_FILE` names, and prints which files took longest. A test file that could not
 * be loaded is a failure.
 */
export function countReporter(): Reporter {
  const runAtMs = performance.now();
  const startedAtMs = new Map<string, number>();
  const tookMs = new Map<string, number>();
  const opened = new Set<string>();
  return {
    start({sessions}) {
      sessions.on('session-status-updated', ({id, testFile, status}) => {
        if (status === 'INITIALIZING') startedAtMs.set(id, performance.now());
        if (status === 'STARTED') opened.add(id);
        if (status === 'FINISHED') tookMs.set(testFile, performance.now() - (startedAtMs.get(id) ?? runAtMs));
      });
    },
    onTestRunFinished({sessions}) {
      const slowest = [...tookMs].toSorted(([, one], [, other]) => other - one).slice(0, 8);
      console.log(`Longest: ${slowest.map(([file, ms]) => `${nameOf(file)} ${(ms / 1000).toFixed(1)} s`).join(', ')}`);
      const file = process.env['TEST_COUNTS_FILE'];
      if (!file) return;
      const report: ElementReport = {passed: 0, failed: 0, unopened: []};
      for (const session of sessions) countSession(session, opened.has(session.id), report);
      mkdirSync(dirname(file), {recursive: true});
      writeFileSync(file, JSON.stringify(report));
    },
  };
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, '').replace('.test.ts', '');
}

function countSession({testFile, testResults, errors}: TestSession, isOpened: boolean, report: ElementReport): void {
  if (testResults) countSuite(testResults, report);
  if (errors.length > 0 || !testResults) report.failed++;
  if (!testResults && !isOpened) report.unopened.push(testFile);
}

function countSuite(suite: TestSuiteResult, counts: Counts): void {
  for (const test of suite.tests) {
    // A skipped test did not run, which counts as a failure here.
    if (test.passed && !test.skipped) counts.passed++;
    else counts.failed++;
  }
  for (const inner of suite.suites) countSuite(inner, counts);
}
