import type {CdpSession} from './cdp.js';
import {fieldsOf} from './fields.js';

/**
 * The part of a remote browser that belongs to a session: a browser context of its own, those that its automation creates, and
 * everything in them.
 */
export class Share {
  /** The context of the session's own pages. For its automation, this is the default context. */
  readonly contextId: string;
  readonly #browser: CdpSession;
  readonly #made = new Set<string>();
  readonly #windows = new Set<unknown>();

  /** `browser` is the session's connection. What is created through it is disposed with it. */
  constructor(browser: CdpSession, contextId: string) {
    this.#browser = browser;
    this.contextId = contextId;
  }

  /** Whether a `browserContextId` belongs to the session. */
  owns(contextId: unknown): boolean {
    return contextId === this.contextId || this.hasMade(contextId);
  }

  /** Whether a target, by its `TargetInfo`, is in one of the session's contexts. The browser's own user interface belongs to no session. */
  ownsInfo(targetInfo: unknown): boolean {
    const {browserContextId, type} = fieldsOf(targetInfo);
    return type !== 'browser_ui' && this.owns(browserContextId);
  }

  /** Whether the automation has created this context, and so may dispose it. */
  hasMade(contextId: unknown): boolean {
    return typeof contextId === 'string' && this.#made.has(contextId);
  }

  get contextIds(): readonly string[] {
    return [this.contextId, ...this.#made];
  }

  /** The automation has created a context. Downloads there are denied, because the browser is on another machine. */
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
