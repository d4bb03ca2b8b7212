import {setTimeout as delay} from 'node:timers/promises';
import type {Protocol} from 'devtools-protocol';
import {compile} from '../../compile.js';
import type {CdpSession} from '../cdp.js';
import {WORLD} from '../observer/observer.js';
import type {FileLabel} from './document-files.js';

const SOURCE = `(() => {${await compile(new URL('in-document.ts', import.meta.url))}})()`;
/** How long it may take to tell a page that no file was chosen. */
const CANCEL_TIMEOUT_MS = 5_000;
const MAX_ACCEPT_LENGTH = 10_000;

/** A file with its path on the disk. */
export interface StoredFile extends FileLabel {
  readonly path: string;
}

/** Makes the browser report file choosers instead of showing them. The caller sends `Page.enable`. */
export function interceptChoosers(session: CdpSession): void {
  session.post('Page.addScriptToEvaluateOnNewDocument', {source: SOURCE, worldName: WORLD, runImmediately: true});
  // Without `cancel`, because that would cancel for all clients, also for an automation that handles choosers itself.
  session.post('Page.setInterceptFileChooserDialog', {enabled: true});
}

/** A file input whose chooser is open. */
export class FileInput {
  readonly isMultiple: boolean;
  /** The input's `accept`. */
  readonly accept: string;
  /** Whether the input asks for a whole folder. */
  readonly isForFolder: boolean;
  /** Resolves when somebody has chosen files or canceled, or the document is gone. */
  readonly settled: Promise<void>;
  readonly #session: CdpSession;
  readonly #backendNodeId: number;
  readonly #objectId: string;

  /** @throws {CdpError} when the input is gone. */
  static async find(session: CdpSession, frameId: string, backendNodeId: number): Promise<FileInput> {
    const {node} = await session.send('DOM.describeNode', {backendNodeId});
    const {executionContextId} = await session.send('Page.createIsolatedWorld', {frameId, worldName: WORLD});
    // The script exists already, unless the document is older than the script's registration.
    session.post('Runtime.evaluate', {expression: SOURCE, contextId: executionContextId});
    const {object} = await session.send('DOM.resolveNode', {backendNodeId, executionContextId});
    return new FileInput(session, object.objectId ?? '', node);
  }

  private constructor(session: CdpSession, objectId: string, {attributes = [], backendNodeId}: Protocol.DOM.Node) {
    this.#session = session;
    this.#backendNodeId = backendNodeId;
    this.#objectId = objectId;
    const names = attributes.filter((_, index) => index % 2 === 0);
    this.isMultiple = names.includes('multiple');
    this.isForFolder = names.includes('webkitdirectory');
    this.accept = (attributes[names.indexOf('accept') * 2 + 1] ?? '').slice(0, MAX_ACCEPT_LENGTH);
    this.settled = this.#send('function () { return chaserFiles.settled(this); }').catch(() => {});
  }

  /** Resolves when the input's document is gone. */
  async gone(): Promise<void> {
    await this.#send('function () { return chaserFiles.end; }').catch(() => {});
  }

  /**
   * Gives the input the files. The page gets the same events as for a person's choice.
   * @throws {CdpError} when the input is gone.
   */
  async give(files: readonly StoredFile[]): Promise<void> {
    await this.#send('function (labels) { chaserFiles.label(this, labels); }', [files.map(({id, name, type}) => ({id, name, type}))]);
    await this.#session.send('DOM.setFileInputFiles', {files: files.map(({path}) => path), objectId: this.#objectId});
    // The page may have stopped the event before the script's own listener.
    await this.#send('function () { chaserFiles.rename(); }');
  }

  /**
   * Tells the page that no file was chosen. The browser can do that only when a chooser opens. So another chooser is opened, and canceled
   * at once.
   */
  async cancel(): Promise<void> {
    const session = this.#session;
    let stop = () => {};
    const opened = new Promise<void>((resolve) => stop = session.on('Page.fileChooserOpened', ({backendNodeId}) => {
      if (backendNodeId === this.#backendNodeId) resolve();
    }));
    session.post('Page.setInterceptFileChooserDialog', {enabled: true, cancel: true});
    const showing = this.#send('function () { this.showPicker(); }', [], true).then(() => opened, () => {});
    await soon(showing);
    stop();
    const restoring = session.send('Page.setInterceptFileChooserDialog', {enabled: true}).catch(() => {});
    session.post('Runtime.releaseObject', {objectId: this.#objectId});
    // The page's process performs this, and a press would otherwise arrive there first.
    await soon(restoring);
  }

  /**
   * @param userGesture whether the function runs as if a person had caused it, which the page can notice.
   * @throws {Error} when the document is gone, or the function fails.
   */
  async #send(functionDeclaration: string, values: readonly unknown[] = [], userGesture = false): Promise<void> {
    const {exceptionDetails} = await this.#session.send('Runtime.callFunctionOn', {
      objectId: this.#objectId, functionDeclaration, arguments: values.map((value) => ({value})), awaitPromise: true, userGesture,
    });
    if (exceptionDetails) throw new Error(`The file input's page said: ${exceptionDetails.text}`);
  }
}

/** Resolves when `promise` has settled, or the page has taken too long. */
function soon(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, delay(CANCEL_TIMEOUT_MS, undefined, {ref: false})]);
}
