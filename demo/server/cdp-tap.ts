import type {Duplex} from 'node:stream';
import {Receiver} from 'ws';

/** What a session wants to know of what its automation tells the browser. */
export interface AutomationListener {
  /** It takes it upon itself to answer who asks for a password: the browser asks only one of us. Told once. */
  readonly onPasswords: () => void;
  /** It handles the file choosers of a page or a frame from now on, until what is returned is called: at the latest when it has gone. */
  readonly onChoosers: (targetId: string) => () => void;
  /** It brings a page to the front; nobody else is told of that. */
  readonly onFront: (targetId: string) => void;
  /** A session of its has ended. */
  readonly onDetached: () => void;
  /** Its connection is over. */
  readonly onGone: () => void;
}

const TAKES_PASSWORDS = /"handleAuthRequests":\s*true/;
const BRING_TO_FRONT = 'Page.bringToFront';
const INTERCEPT_CHOOSERS = 'Page.setInterceptFileChooserDialog';
const ENABLED = /"enabled":\s*true/;
/** These commands are short ones. */
const MAX_COMMAND_BYTES = 64 * 1024;
/** How the browser says which session is of which page. In a text of a page's, the quotes would have backslashes. */
const ATTACHED = /"Target\.attachedToTarget","params":\{"sessionId":"(\w+)","targetInfo":\{"targetId":"(\w+)","type":"(?:page|iframe)"/g;
const ATTACHED_MARK = 'Target.attachedToTarget';
const DETACHED_MARK = '"Target.detachedFromTarget"';
/** More than the longest that matches. */
const ATTACHED_BYTES = 256;

/** Listens in on an automation and its browser, whose bytes go their own way. `head` is what the automation said before. */
export function tapCdp(client: Duplex, head: Buffer, browser: Duplex, {onPasswords, onFront, onChoosers, onDetached}: AutomationListener): void {
  const targets = new Map<string, string>();
  /** By sessions: what ends that it handles their choosers. */
  const choosers = new Map<string, () => void>();
  let hasPasswords = false;
  hearSessions(browser, (sessionId, targetId) => targets.set(sessionId, targetId), onDetached);
  hearCommands(client, head, (command) => {
    if (!hasPasswords && TAKES_PASSWORDS.test(command)) {
      hasPasswords = true;
      onPasswords();
    }
    if (command.includes(INTERCEPT_CHOOSERS)) {
      const sessionId = sessionOf(command, INTERCEPT_CHOOSERS) ?? '';
      const targetId = targets.get(sessionId);
      choosers.get(sessionId)?.();
      choosers.delete(sessionId);
      if (targetId !== undefined && ENABLED.test(command)) choosers.set(sessionId, onChoosers(targetId));
    }
    const targetId = command.includes(BRING_TO_FRONT) ? targets.get(sessionOf(command, BRING_TO_FRONT) ?? '') : undefined;
    if (targetId !== undefined) onFront(targetId);
  });
  browser.once('close', () => {
    for (const stop of choosers.values()) stop();
  });
}

function hearCommands(client: Duplex, head: Buffer, onCommand: (command: string) => void): void {
  const receiver = new Receiver({isServer: true, skipUTF8Validation: true});
  // It takes the mask off in place: it has bytes of its own.
  const read = (bytes: Buffer) => receiver.write(Buffer.from(bytes));
  receiver.on('message', (data) => {
    if (data.length <= MAX_COMMAND_BYTES) onCommand(data.toString());
  });
  // What is no WebSocket is the browser's to refuse.
  receiver.on('error', () => client.off('data', read));
  client.on('data', read);
  if (head.length > 0) read(head);
}

/** What the browser says is not masked, and is much: its bytes are searched, and not read. */
function hearSessions(browser: Duplex, onAttached: (sessionId: string, targetId: string) => void, onDetached: () => void): void {
  let last = Buffer.alloc(0);
  browser.on('data', (bytes: Buffer) => {
    // One may come in two pieces, and is not told of twice.
    const all = Buffer.concat([last, bytes]);
    // Where the last one ended that was told of.
    let end = 0;
    if (all.includes(ATTACHED_MARK)) for (const match of all.toString('latin1').matchAll(ATTACHED)) {
      const [text, sessionId = '', targetId = ''] = match;
      end = match.index + text.length;
      onAttached(sessionId, targetId);
    }
    const detached = all.lastIndexOf(DETACHED_MARK);
    if (detached >= 0) {
      end = Math.max(end, detached + DETACHED_MARK.length);
      onDetached();
    }
    last = all.subarray(Math.max(end, all.length - ATTACHED_BYTES));
  });
}

/** The session to which this is such a command; undefined when it is another, or only speaks of it. */
function sessionOf(command: string, method: string): string | undefined {
  try {
    const message: unknown = JSON.parse(command);
    if (typeof message !== 'object' || message === null || !('method' in message) || message.method !== method) return undefined;
    return 'sessionId' in message && typeof message.sessionId === 'string' ? message.sessionId : undefined;
  } catch {
    return undefined;
  }
}
