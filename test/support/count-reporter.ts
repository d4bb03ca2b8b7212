import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Reporter, TestSession, TestSuiteResult} from '@web/test-runner';

/** How many tests passed and failed. */
export interface Counts {
  passed: number;
  failed: number;
}

/** Writes the run's counts to the file that `TEST_COUNTS_FILE` names. A test file that could not load is a failure. */
export function countReporter(): Reporter {
  return {
    onTestRunFinished({sessions}) {
      const file = process.env['TEST_COUNTS_FILE'];
      if (!file) return;
      const counts: Counts = {passed: 0, failed: 0};
      for (const session of sessions) countSession(session, counts);
      mkdirSync(dirname(file), {recursive: true});
      writeFileSync(file, JSON.stringify(counts));
    },
  };
}

function countSession(session: TestSession, counts: Counts): void {
  if (session.testResults) countSuite(session.testResults, counts);
  if (session.errors.length > 0 || !session.testResults) counts.failed++;
}

function countSuite(suite: TestSuiteResult, counts: Counts): void {
  for (const test of suite.tests) {
    // A skipped test is one that did not run: here that is a failure.
    if (test.passed && !test.skipped) counts.passed++;
    else counts.failed++;
  }
  for (const inner of suite.suites) countSuite(inner, counts);
}
