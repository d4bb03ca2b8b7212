import type {CdpSession} from './cdp.js';
import {fieldsOf} from './fields.js';

/**
 * What of a browser elsewhere is a session's: a browser context of its own, those that its automation makes, and what is in
 * them. Everything else there is somebody else's.
 */
export class Share {
  /** The context of the session's own pages: to its automation it is the browser's default one. */
  readonly contextId: string;
  readonly #browser: CdpSession;
  readonly #made = new Set<string>();
  readonly #windows = new Set<unknown>();

  /** `browser` is the session's own connection: what is made through it goes with it. */
  constructor(browser: CdpSession, contextId: string) {
    this.#browser = browser;
    this.contextId = contextId;
  }

  /** Whether a `browserContextId` is one of the session's. */
  owns(contextId: unknown): boolean {
    return contextId === this.contextId || this.hasMade(contextId);
  }

  /** Whether a target, by its `TargetInfo`, is in one of the session's contexts. What is the browser's own in its windows is nobody's. */
  ownsInfo(targetInfo: unknown): boolean {
    const {browserContextId, type} = fieldsOf(targetInfo);
    return type !== 'browser_ui' && this.owns(browserContextId);
  }

  /** Whether the automation has made this context, and may dispose of it. */
  hasMade(contextId: unknown): boolean {
    return typeof contextId === 'string' && this.#made.has(contextId);
  }

  get contextIds(): readonly string[] {
    return [this.contextId, ...this.#made];
  }

  /** The automation has made a context. What is downloaded there has nowhere to go: the browser is on another machine. */
  add(contextId: unknown): void {
    if (typeof contextId !== 'string') return;
    this.#made.add(contextId);
    this.#browser.post('Browser.setDownloadBehavior', {behavior: 'deny', browserContextId: contextId});
  }

  ownsWindow(windowId: unknown): boolean {
    return this.#windows.has(windowId);
  }

  addWindow(windowId: unknown): void {
    this.#windows.add(windowId);
  }

  /** Whether a target is in one of the session's contexts. */
  async ownsTarget(targetId: string): Promise<boolean> {
    try {
      const {targetInfo} = await this.#browser.send('Target.getTargetInfo', {targetId});
      return this.ownsInfo(targetInfo);
    } catch {
      return false;
    }
  }
}
