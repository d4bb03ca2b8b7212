import type {Duplex} from 'node:stream';
import {fieldsOf} from './session/fields.js';

/** What a session needs to know of the commands that its automation sends to the browser. */
export interface AutomationListener {
  /** The automation wants to answer HTTP authentication itself. A browser asks only one client. Called once. */
  readonly onPasswords: () => void;
  /** The automation handles the file choosers of a page or a frame, until the returned function is called, at the latest when its CDP session ends. */
  readonly onChoosers: (targetId: string) => () => void;
  /** The automation handles the downloads of a browser context that it has made, until the returned function is called, at the latest when it disposes the context or disconnects. */
  readonly onDownloads: (browserContextId: string) => () => void;
  /** The automation brings a page to the front, which the browser does not report. */
  readonly onFront: (targetId: string) => void;
  /** A CDP session of the automation has ended. */
  readonly onDetached: () => void;
  /** The automation's connection has ended. */
  readonly onGone: () => void;
}

const TAKES_PASSWORDS = /"handleAuthRequests":\s*true/;
const BRING_TO_FRONT = 'Page.bringToFront';
const INTERCEPT_CHOOSERS = 'Page.setInterceptFileChooserDialog';
const HANDLE_DOWNLOADS = 'Browser.setDownloadBehavior';
const DISPOSE_CONTEXT = 'Target.disposeBrowserContext';
const ENABLED = /"enabled":\s*true/;
/** Longer messages are none of these commands. */
const MAX_COMMAND_LENGTH = 64 * 1024;
/** How many sessions and contexts of an automation are remembered: the newest. */
const MAX_REMEMBERED = 10_000;
/** The browser's messages that a CDP session was attached or detached. In a page's own text, the quotes would be escaped. */
const NEWS = /"Target\.(?:attachedToTarget","params":\{"sessionId":"(\w+)","targetInfo":\{"targetId":"(\w+)","type":"(?:page|iframe)"|detachedFromTarget","params":\{"sessionId":"(\w+)")/g;
const NEWS_MARKS = ['"Target.attachedToTarget"', '"Target.detachedFromTarget"'];
/** More than the length of the longest match. */
const NEWS_BYTES = 256;

/** Reads a browser's messages, and returns the function that reads its automation's commands. Neither changes anything. */
export function tapCdp(browser: Duplex, {onPasswords, onFront, onChoosers, onDownloads, onDetached}: AutomationListener): (command: string) => void {
  const targets = new Map<string, string>();
  /** By CDP session: the function that ends the handling of its choosers. */
  const choosers = new Map<string, () => void>();
  /** The same by browser context, for its downloads. */
  const downloads = new Map<string, () => void>();
  let hasPasswords = false;
  hearSessions(browser, (sessionId, targetId) => {
    targets.set(sessionId, targetId);
    if (targets.size > MAX_REMEMBERED) targets.delete(oldestOf(targets));
  }, (sessionId) => {
    targets.delete(sessionId);
    stop(choosers, sessionId);
    onDetached();
  });
  browser.once('close', () => {
    for (const all of [choosers, downloads]) for (const key of all.keys()) stop(all, key);
  });
  return (command) => {
    if (command.length > MAX_COMMAND_LENGTH) return;
    if (!hasPasswords && TAKES_PASSWORDS.test(command)) {
      hasPasswords = true;
      onPasswords();
    }
    if (command.includes(INTERCEPT_CHOOSERS)) {
      const sessionId = commandOf(command, INTERCEPT_CHOOSERS)?.sessionId ?? '';
      const targetId = targets.get(sessionId);
      stop(choosers, sessionId);
      if (targetId !== undefined && ENABLED.test(command)) choosers.set(sessionId, onChoosers(targetId));
      if (choosers.size > MAX_REMEMBERED) stop(choosers, oldestOf(choosers));
    }
    if (command.includes(HANDLE_DOWNLOADS)) {
      const contextId = commandOf(command, HANDLE_DOWNLOADS)?.browserContextId;
      if (contextId !== undefined && !downloads.has(contextId)) downloads.set(contextId, onDownloads(contextId));
      if (downloads.size > MAX_REMEMBERED) stop(downloads, oldestOf(downloads));
    }
    if (command.includes(DISPOSE_CONTEXT)) stop(downloads, commandOf(command, DISPOSE_CONTEXT)?.browserContextId ?? '');
    const targetId = command.includes(BRING_TO_FRONT) ? targets.get(commandOf(command, BRING_TO_FRONT)?.sessionId ?? '') : undefined;
    if (targetId !== undefined) onFront(targetId);
  };
}

/** Ends what is kept under a key, if there is any. */
function stop(all: Map<string, () => void>, key: string): void {
  all.get(key)?.();
  all.delete(key);
}

function oldestOf(all: ReadonlyMap<string, unknown>): string {
  const [oldest = ''] = all.keys();
  return oldest;
}

/** The browser's messages are unmasked and large, so their bytes are searched and not parsed. */
function hearSessions(browser: Duplex, onAttached: (sessionId: string, targetId: string) => void, onDetached: (sessionId: string) => void): void {
  let last = Buffer.alloc(0);
  browser.on('data', (bytes: Buffer) => {
    // A match may be split over two chunks, and must not be reported twice.
    const all = Buffer.concat([last, bytes]);
    // The end of the last match that was reported.
    let end = 0;
    if (NEWS_MARKS.some((mark) => all.includes(mark))) for (const match of all.toString('latin1').matchAll(NEWS)) {
      const [text, attachedId, targetId = '', detachedId = ''] = match;
      end = match.index + text.length;
      if (attachedId === undefined) onDetached(detachedId);
      else onAttached(attachedId, targetId);
    }
    last = all.subarray(Math.max(end, all.length - NEWS_BYTES));
  });
}

/** The CDP session and the browser context of a command. Undefined if it is another command, or only mentions the method's name. */
function commandOf(command: string, method: string): {readonly sessionId?: string; readonly browserContextId?: string} | undefined {
  try {
    const message = fieldsOf(JSON.parse(command));
    if (message['method'] !== method) return undefined;
    const {browserContextId} = fieldsOf(message['params']);
    const {sessionId} = message;
    return {...(typeof sessionId === 'string' && {sessionId}), ...(typeof browserContextId === 'string' && {browserContextId})};
  } catch {
    return undefined;
  }
}
