import {bundle} from '../../compile.js';
import type {CdpSession} from '../cdp.js';
import {type Report, readReports} from './report.js';

/** A document of a page. */
export interface ObservedDocument {
  readonly session: CdpSession;
  readonly frameId: string;
  /** The document's isolated world. */
  readonly contextId: number;
}

export interface ObserverListener {
  readonly onReport: (document: ObservedDocument, report: Report) => void;
  readonly onGone: (document: ObservedDocument) => void;
}

/** The server's own isolated world in each document. */
export const WORLD = 'chaser';
const SOURCE = `(() => {${(await bundle(new URL('in-page.ts', import.meta.url))).toString()}})()`;

/**
 * Observes the documents of a page without a trace in the page: from an isolated world in each, with
 * pending calls that are answered when there is something to report. A binding would need `Runtime.enable`, which a page can detect.
 */
export class Observer {
  readonly #listeners: ObserverListener[] = [];
  /** The pending calls, by CDP session and frame. */
  readonly #asked = new Map<string, symbol>();

  /** Adds a listener. */
  add(listener: ObserverListener): void {
    this.#listeners.push(listener);
  }

  /** Observes the documents of a CDP session, future ones too. The caller sends `Page.enable`. */
  follow(session: CdpSession): void {
    session.post('Page.addScriptToEvaluateOnNewDocument', {source: SOURCE, worldName: WORLD, runImmediately: true});
    session.on('Page.frameAttached', ({frameId}) => void this.#observe(session, frameId));
    session.on('Page.frameNavigated', ({frame}) => void this.#observe(session, frame.id));
    session.send('Page.getFrameTree').then(({frameTree}) => {
      const frames = [frameTree];
      for (const {frame, childFrames} of frames) {
        void this.#observe(session, frame.id);
        frames.push(...childFrames ?? []);
      }
    }, () => {});
  }

  /** Calls one document again and again, until it is gone or another observer has replaced this one. */
  async #observe(session: CdpSession, frameId: string): Promise<void> {
    const key = `${session.id} ${frameId}`;
    const me = Symbol();
    this.#asked.set(key, me);
    let document: ObservedDocument | undefined;
    try {
      const {executionContextId: contextId} = await session.send('Page.createIsolatedWorld', {frameId, worldName: WORLD});
      document = {session, frameId, contextId};
      // The script exists already, unless the document is older than its observer.
      for (let expression = `${SOURCE}; chaserObserver.next(true)`; this.#asked.get(key) === me; expression = 'chaserObserver.next(false)') {
        const {result, exceptionDetails} = await session.send('Runtime.evaluate', {expression, contextId, awaitPromise: true, returnByValue: true});
        if (exceptionDetails || this.#asked.get(key) !== me) break;
        for (const report of readReports(result.value)) for (const listener of this.#listeners) listener.onReport(document, report);
      }
    } catch {
      // The document is gone.
    }
    if (this.#asked.get(key) === me) this.#asked.delete(key);
    if (document) for (const listener of this.#listeners) listener.onGone(document);
  }
}
