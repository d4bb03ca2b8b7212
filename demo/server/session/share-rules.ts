import type {Share} from './share.js';

/** Whose a session is that a command is sent to: the whole browser's, or one target's. */
export type SessionKind = 'browser' | 'target';

/** What becomes of a command: it goes on, with these parameters, or is refused in words. */
export type Ruling = {readonly params: Readonly<Record<string, unknown>>} | {readonly refusal: string};

/** Of the browser and its targets, what can be told apart by context; nothing else of theirs is asked for, in any session. */
const BROWSER_COMMANDS: ReadonlySet<string> = new Set([
  'Browser.cancelDownload', 'Browser.getVersion', 'Browser.getWindowBounds', 'Browser.getWindowForTarget', 'Browser.grantPermissions',
  'Browser.resetPermissions', 'Browser.setContentsSize', 'Browser.setDownloadBehavior', 'Browser.setPermission', 'Browser.setWindowBounds',
  'Storage.clearCookies', 'Storage.getCookies', 'Storage.setCookies',
  'Target.activateTarget', 'Target.attachToBrowserTarget', 'Target.attachToTarget', 'Target.autoAttachRelated', 'Target.closeTarget',
  'Target.createBrowserContext', 'Target.createTarget', 'Target.detachFromTarget', 'Target.disposeBrowserContext',
  'Target.getBrowserContexts', 'Target.getTargetInfo', 'Target.getTargets', 'Target.setAutoAttach', 'Target.setDiscoverTargets',
]);
/** What every session has of these is the whole browser's, too. */
const BROWSER_DOMAINS = /^(?:Browser|Target|Tracing|Memory|SystemInfo|Tethering|Extensions|PWA|Cast|BluetoothEmulation|SmartCardEmulation|DeviceAccess)\./;
/** Without a context, these mean the browser's default one. */
const OF_DEFAULT_CONTEXT: ReadonlySet<string> = new Set([
  'Browser.cancelDownload', 'Browser.grantPermissions', 'Browser.resetPermissions', 'Browser.setDownloadBehavior', 'Browser.setPermission',
  'Target.createTarget',
]);
/** These too, in a session of the whole browser. In a page's, they mean the page's. */
const COOKIES = /^Storage\.\w+Cookies$/;
/** Sessions that are not flattened carry messages in messages. */
const FLATTENED = /^Target\.(?:attachToTarget|setAutoAttach)$/;

/** What becomes of a command, as far as contexts and windows tell. Targets are asked for. */
export function rule(method: string, params: Readonly<Record<string, unknown>>, kind: SessionKind, share: Share): Ruling {
  if ((kind === 'browser' || BROWSER_DOMAINS.test(method)) && !BROWSER_COMMANDS.has(method)) {
    return {refusal: `${method} is refused: it applies to the whole browser, and the session has only a browser context in it.`};
  }
  if (FLATTENED.test(method) && params['autoAttach'] !== false && params['flatten'] !== true) {
    return {refusal: `${method} is refused: set flatten: true.`};
  }
  const {browserContextId, windowId} = params;
  const mayHave = method === 'Target.disposeBrowserContext' ? share.hasMade(browserContextId) : share.owns(browserContextId);
  if (browserContextId !== undefined && !mayHave) return {refusal: `Failed to find context with id ${String(browserContextId)}`};
  if (windowId !== undefined && !share.ownsWindow(windowId)) return {refusal: 'Browser window not found'};
  const meansDefault = browserContextId === undefined && (OF_DEFAULT_CONTEXT.has(method) || (kind === 'browser' && COOKIES.test(method)));
  return {params: meansDefault ? {...params, browserContextId: share.contextId} : params};
}
