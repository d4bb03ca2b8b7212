import {setTimeout as delay} from 'node:timers/promises';
import {compile} from '../../compile.js';
import type {CdpConnection, CdpSession} from '../cdp.js';
import type {Copied, Pasted} from './content.js';

/** Only pages of a secure origin have a clipboard. This host does not exist (RFC 6761), so only the server answers requests to it. */
const ORIGIN = 'https://clipboard.invalid';
const SOURCE = `(() => {${await compile(new URL('in-helper.ts', import.meta.url))}})()`;
const BINDING = 'chaserTell';

/** How long the browser may take to put content on the clipboard. A large picture takes a second or two. */
const PUT_TIMEOUT_MS = 5_000;

export interface HelperListener {
  /** Called with the page's own browser context, before there is a page in it. */
  readonly onContext: (contextId: string) => void;
  /** Called when somebody else has put content on the clipboard. */
  readonly onCopy: (copied: Copied) => void;
  /** Called when the page is gone, or does not answer. */
  readonly onGone: () => void;
}

/**
 * A hidden page of the server in the session's browser, in a browser context of its own. It shares only the browser's clipboard with the
 * session's pages, which can't notice it.
 */
export class HelperPage {
  readonly #connection: CdpConnection;
  readonly #session: CdpSession;
  readonly #contextId: string;
  readonly #onGone: () => void;
  #objectId = '';

  /**
   * Opens a helper page, which takes about 0.3 s.
   * @throws {Error} when the browser has no hidden pages.
   */
  static async open(connection: CdpConnection, {onContext, onCopy, onGone}: HelperListener): Promise<HelperPage> {
    const {browser} = connection;
    const {browserContextId} = await browser.send('Target.createBrowserContext', {disposeOnDetach: true});
    onContext(browserContextId);
    try {
      await browser.send('Browser.grantPermissions', {
        origin: ORIGIN, browserContextId, permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'],
      });
      const {targetId} = await browser.send('Target.createTarget', {url: 'about:blank', browserContextId, hidden: true});
      const {sessionId} = await browser.send('Target.attachToTarget', {targetId, flatten: true});
      const page = new HelperPage(connection, connection.session(sessionId), browserContextId, onGone);
      await page.#load(onCopy);
      return page;
    } catch (error) {
      browser.post('Target.disposeBrowserContext', {browserContextId});
      throw error;
    }
  }

  private constructor(connection: CdpConnection, session: CdpSession, contextId: string, onGone: () => void) {
    this.#connection = connection;
    this.#session = session;
    this.#contextId = contextId;
    const stop = connection.browser.on('Target.detachedFromTarget', ({sessionId}) => {
      if (sessionId === session.id) this.#onGone();
    });
    this.#onGone = () => {
      stop();
      onGone();
    };
  }

  /** Puts content on the clipboard. @throws {Error} when that fails. */
  async put(pasted: Pasted): Promise<void> {
    const late = delay(PUT_TIMEOUT_MS, undefined, {ref: false});
    const put = this.#session.send('Runtime.callFunctionOn', {
      objectId: this.#objectId, functionDeclaration: 'function (pasted) { return this.put(pasted); }', arguments: [{value: pasted}], awaitPromise: true,
    });
    const answer = await Promise.race([put, late]);
    if (!answer) this.#close();
    if (!answer || answer.exceptionDetails) throw new Error('The browser did not accept the pasted content.');
  }

  async #load(onCopy: HelperListener['onCopy']): Promise<void> {
    const session = this.#session;
    session.on('Fetch.requestPaused', ({requestId}) => session.post('Fetch.fulfillRequest', {
      requestId, responseCode: 200, responseHeaders: [{name: 'Content-Type', value: 'text/html'}], body: '',
    }));
    session.on('Runtime.bindingCalled', ({name, payload}) => {
      if (name === BINDING) onCopy(JSON.parse(payload));
    });
    session.on('Inspector.targetCrashed', () => this.#close());
    session.post('Inspector.enable');
    session.post('Fetch.enable', {patterns: [{urlPattern: '*'}]});
    // A page without the focus can't read the clipboard, and gets no `clipboardchange`.
    session.post('Emulation.setFocusEmulationEnabled', {enabled: true});
    session.post('Runtime.enable');
    session.post('Runtime.addBinding', {name: BINDING});
    await session.send('Page.navigate', {url: `${ORIGIN}/`});
    const {result} = await session.send('Runtime.evaluate', {expression: `${SOURCE}; chaserClipboard`});
    if (result.objectId === undefined) throw new Error('The browser has no clipboard.');
    this.#objectId = result.objectId;
  }

  #close(): void {
    this.#onGone();
    this.#connection.browser.post('Target.disposeBrowserContext', {browserContextId: this.#contextId});
  }
}
