import {fieldsOf} from './session/fields.js';
import {isInside, mayOpen} from './session/reach.js';
import type {SessionFolder} from './session/session-browser.js';

type Fields = Readonly<Record<string, unknown>>;

/** The decision about a command: it is forwarded with these parameters, or refused with this message. */
export type MachineRuling = {readonly params: Fields | undefined} | {readonly refusal: string};

/** Commands with an address to open. */
const WITH_URL: ReadonlySet<string> = new Set(['Page.navigate', 'Target.createTarget', 'Fetch.continueRequest', 'Network.continueInterceptedRequest', 'Network.loadNetworkResource']);
const WITH_FILES: ReadonlySet<string> = new Set(['DOM.setFileInputFiles', 'Input.dispatchDragEvent']);
const DOWNLOADS: ReadonlySet<string> = new Set(['Browser.setDownloadBehavior', 'Page.setDownloadBehavior']);
/** Commands that would bypass these rules or reach beyond the session's browser, with the reason for the refusal. */
const REFUSED: Readonly<Record<string, string>> = {
  'Target.exposeDevToolsProtocol': 'it would let a page control the whole browser',
  'Target.openDevTools': 'its window can read files on the server\'s machine',
  'Target.sendMessageToTarget': 'attach with flatten: true, and name the sessionId',
  'Target.setRemoteLocations': 'it would connect to other browsers',
};
const REFUSED_DOMAINS = /^(?:Cast|Extensions|PWA|Tethering)\./;

/** Whether a command must be checked by `machineRule`. All others are forwarded unchanged. */
export function isOfMachine(method: string): boolean {
  return WITH_URL.has(method) || WITH_FILES.has(method) || DOWNLOADS.has(method) || method in REFUSED || REFUSED_DOMAINS.test(method) || method === 'Tracing.start';
}

/** Decides about a command that may concern the machine on which the browser runs. */
export function machineRule(method: string, params: Fields | undefined, folder: SessionFolder): MachineRuling {
  const refuse = (why: string) => ({refusal: `${method} is refused: ${why}.`});
  if (REFUSED_DOMAINS.test(method)) return refuse('it controls the server\'s machine, not the session');
  const why = Object.hasOwn(REFUSED, method) ? REFUSED[method] : undefined;
  if (why !== undefined) return refuse(why);
  if (method === 'Tracing.start' && params?.['perfettoConfig'] !== undefined) return refuse('a perfettoConfig may name files on the server\'s machine');
  if (DOWNLOADS.has(method)) return {params: downloadsIn(folder, params ?? {})};
  if (WITH_URL.has(method)) {
    const url = params?.['url'];
    if (url !== undefined && url !== '' && !mayOpen(String(url), folder.path)) return refuse('a session may open only web addresses and files in its own folder');
  }
  if (WITH_FILES.has(method) && !filesIn(params ?? {}).every((path) => isInside(path, folder.path))) return refuse('a session may use only files in its own folder');
  return {params};
}

function filesIn({files, data}: Fields): readonly unknown[] {
  const named = files ?? fieldsOf(data)['files'] ?? [];
  return Array.isArray(named) ? named : [named];
}

/** Redirects downloads into the session's folder, or denies them, whatever folder an automation names. */
function downloadsIn({downloads}: SessionFolder, params: Fields): Fields {
  if (params['behavior'] === 'deny' || downloads === undefined) return {...params, behavior: 'deny', downloadPath: undefined};
  return {...params, behavior: params['behavior'] === 'allow' ? 'allow' : 'allowAndName', downloadPath: downloads};
}
