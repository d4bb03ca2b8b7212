import {compile} from '../../compile.js';
import type {CdpSession} from '../cdp.js';
import {type Report, readReports} from './report.js';

/** A document of a page, as long as it is there. */
export interface ObservedDocument {
  readonly session: CdpSession;
  readonly frameId: string;
  /** Its isolated world. */
  readonly contextId: number;
}

export interface ObserverListener {
  readonly onReport: (document: ObservedDocument, report: Report) => void;
  readonly onGone: (document: ObservedDocument) => void;
}

/** The server's own world in each document. */
export const WORLD = 'chaser';
const SOURCE = `(() => {${await compile(new URL('in-page.ts', import.meta.url))}})()`;

/**
 * Asks the documents of a page what they notice, without a trace in the page: from a world of its own in each, over
 * answers that wait there until there is something to say. A binding would need `Runtime.enable`, which a page can see.
 */
export class Observer {
  readonly #listeners: ObserverListener[] = [];
  /** What is asked now, by session and frame. */
  readonly #asked = new Map<string, symbol>();

  /** Tells somebody else as well. */
  add(listener: ObserverListener): void {
    this.#listeners.push(listener);
  }

  /** Observes the documents of a session, those to come too. `Page.enable` is up to the caller. */
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

  /** Asks one document until it is gone, or another question has taken this one's place. */
  async #observe(session: CdpSession, frameId: string): Promise<void> {
    const key = `${session.id} ${frameId}`;
    const me = Symbol();
    this.#asked.set(key, me);
    let document: ObservedDocument | undefined;
    try {
      const {executionContextId: contextId} = await session.send('Page.createIsolatedWorld', {frameId, worldName: WORLD});
      document = {session, frameId, contextId};
      // The script is there already, unless the document was before its observer.
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
