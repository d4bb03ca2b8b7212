import type {Share} from './share.js';

/** What a CDP session is attached to: the whole browser, or one target. */
export type SessionKind = 'browser' | 'target';

/** The decision about a command: it is forwarded with these parameters, or refused with this message. */
export type Ruling = {readonly params: Readonly<Record<string, unknown>>} | {readonly refusal: string};

/** The allowed commands for the browser and its targets: those whose effect can be limited to a context. */
const BROWSER_COMMANDS: ReadonlySet<string> = new Set([
  'Browser.cancelDownload', 'Browser.getVersion', 'Browser.getWindowBounds', 'Browser.getWindowForTarget', 'Browser.grantPermissions',
  'Browser.resetPermissions', 'Browser.setContentsSize', 'Browser.setDownloadBehavior', 'Browser.setPermission', 'Browser.setWindowBounds',
  'Storage.clearCookies', 'Storage.getCookies', 'Storage.setCookies',
  'Target.activateTarget', 'Target.attachToBrowserTarget', 'Target.attachToTarget', 'Target.autoAttachRelated', 'Target.closeTarget',
  'Target.createBrowserContext', 'Target.createTarget', 'Target.detachFromTarget', 'Target.disposeBrowserContext',
  'Target.getBrowserContexts', 'Target.getTargetInfo', 'Target.getTargets', 'Target.setAutoAttach', 'Target.setDiscoverTargets',
]);
/** The domains that act on the whole browser, even in the CDP session of a target. */
const BROWSER_DOMAINS = /^(?:Browser|Target|Tracing|Memory|SystemInfo|Tethering|Extensions|PWA|Cast|BluetoothEmulation|SmartCardEmulation|DeviceAccess)\./;
/** Without a context, these commands apply to the browser's default context. */
const OF_DEFAULT_CONTEXT: ReadonlySet<string> = new Set([
  'Browser.cancelDownload', 'Browser.grantPermissions', 'Browser.resetPermissions', 'Browser.setDownloadBehavior', 'Browser.setPermission',
  'Target.createTarget',
]);
/** In the CDP session of the whole browser, these apply to the default context too. In a page's, they apply to the page's context. */
const COOKIES = /^Storage\.\w+Cookies$/;
/** CDP sessions that are not flattened wrap messages in messages, which the relay does not read. */
const FLATTENED = /^Target\.(?:attachToTarget|setAutoAttach)$/;

/** Decides about a command by its contexts and windows. The caller checks its targets. */
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
