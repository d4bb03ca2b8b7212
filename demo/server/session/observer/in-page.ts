/**
 * Runs in each document of a session, in an isolated world that the page's scripts can neither see nor notice.
 * It reports what no screencast shows, and answers the server's questions. `chaserObserver` is a global of that
 * world alone. `observer.ts` bundles this file and injects it.
 */
import {observeCursor} from './in-page/cursor.js';
import {focusedField, observeFocus} from './in-page/focus.js';
import {listen, MAX_LABEL_LENGTH, type Tell} from './in-page/listen.js';
import {observePickers} from './in-page/pickers.js';
import {observeSelects} from './in-page/selects.js';
import {holdZoom} from './in-page/zoom.js';
import type {DocumentObserver, Report} from './report.js';

declare global {
  var chaserObserver: DocumentObserver | undefined;

  interface Permissions {
    /** TypeScript's type lacks names that browsers have. */
    query(descriptor: {readonly name: string; readonly sysex?: boolean}): Promise<PermissionStatus>;
  }
}

/** How many reports are kept until the server asks. A person does not cause more. */
const MAX_EVENTS = 20;

/** The permissions that a page asks a person for. */
const PERMISSIONS: readonly string[] = [
  'geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'window-management', 'local-fonts', 'idle-detection',
  'local-network-access', 'local-network', 'loopback-network',
];

// A window's first, empty document passes its global on to the next document.
if (globalThis.chaserObserver?.document !== document) globalThis.chaserObserver = observe();

function observe(): DocumentObserver {
  const last = new Map<Report['kind'], Report>();
  const waiting = new Map<Report['kind'], Report>();
  /** Things that have happened, each reported once. `waiting` has the current state instead. */
  let events: Report[] = [];
  let deliver: ((reports: readonly Report[]) => void) | undefined;
  const flush = () => {
    if (!deliver || waiting.size + events.length === 0) return;
    deliver([...waiting.values(), ...events]);
    deliver = undefined;
    waiting.clear();
    events = [];
  };
  const tell = (event: Report) => {
    events = [...events, event].slice(-MAX_EVENTS);
    flush();
  };
  const report = (message: Report) => {
    last.set(message.kind, message);
    waiting.set(message.kind, message);
    flush();
  };
  if (self === top) observeTitle(report);
  observeCursor(report);
  observeFocus(report);
  observeRefusals(report);
  observeCaptures(report);
  observeKeys(tell);
  listen(['pointerdown'], () => tell({kind: 'press'}));
  return {
    document,
    escape,
    holdZoom,
    field: focusedField,
    next: (isFirst) => new Promise((resolve) => {
      if (isFirst) for (const [kind, message] of last) waiting.set(kind, message);
      deliver = resolve;
      flush();
    }),
    ...observePickers(tell),
    ...observeSelects(report),
  };
}

function observeTitle(report: Tell): void {
  const tell = () => report({kind: 'title', title: document.title.slice(0, MAX_LABEL_LENGTH)});
  const start = () => {
    tell();
    new MutationObserver(tell).observe(document.head, {childList: true, subtree: true, characterData: true});
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, {once: true});
  else start();
}

/** A headless browser denies permissions by itself, for good. Only a listener to the permission's state learns of that. */
function observeRefusals(report: Tell): void {
  for (const name of PERMISSIONS) {
    // An insecure page has no `navigator.permissions`. Changes of `midi` are reported only with `sysex`.
    void Promise.resolve(navigator.permissions?.query({name, sysex: true})).then((status) => status?.addEventListener('change', () => {
      if (status.state === 'denied') report({kind: 'refusal', permission: name, origin: location.origin});
    }), () => {});
  }
}

function observeCaptures(report: Tell): void {
  const tell = () => report({kind: 'capture', isCaptor: document.fullscreenElement !== null || document.pointerLockElement !== null});
  listen(['fullscreenchange', 'pointerlockchange'], tell);
  if (document.fullscreenElement) tell();
}

function escape(): void {
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
  document.exitPointerLock();
}

/** F5, R, the left and right arrow keys, and the keyboard keys with the same meaning. */
const BROWSER_KEYS: ReadonlySet<number> = new Set([116, 82, 37, 39, 166, 167, 168]);

function observeKeys(tell: Tell): void {
  listen(['keydown'], (event) => {
    if (!(event instanceof KeyboardEvent) || !BROWSER_KEYS.has(event.keyCode)) return;
    // After all of the page's listeners.
    setTimeout(() => {
      if (!event.defaultPrevented) tell({kind: 'key', keyCode: event.keyCode});
    });
  });
}
