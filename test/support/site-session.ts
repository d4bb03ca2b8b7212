import {test} from 'playwright/test';
import type {BrowserSession, SessionOptions} from '../../demo/server/session/session.js';
import {Driver} from './driver.js';
import {startSession} from './session.js';
import {startSite, type TestSite} from './test-site.js';
import {TestViewer} from './test-viewer.js';

/** The objects that all tests of a file share. */
interface SiteSession {
  readonly site: TestSite;
  readonly session: BrowserSession;
  readonly driver: Driver;
}

/**
 * Starts a session, a site and a driver of the session's page before the first test of a file, and stops them after the last. `assign`
 * receives them.
 */
export function useSiteSession(assign: (all: SiteSession) => void, pages: Readonly<Record<string, string>> = {}, options: Partial<SessionOptions> = {}): void {
  let all: SiteSession;
  test.beforeAll(async () => {
    const [site, session] = await Promise.all([startSite(pages), startSession(options)]);
    all = {site, session, driver: await Driver.open(session.browserUrl)};
    assign(all);
  });
  test.afterAll(async () => {
    all.driver.close();
    await all.session.close();
    await all.site.close();
  });
}

/** Adds a viewer of the session for each test of a file. */
export function useViewer(session: () => BrowserSession, assign: (viewer: TestViewer) => void): void {
  let viewer: TestViewer;
  test.beforeEach(() => {
    viewer = new TestViewer(session());
    assign(viewer);
  });
  test.afterEach(() => viewer.seat.leave());
}
