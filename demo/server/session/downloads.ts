import {randomBytes} from 'node:crypto';
import {copyFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Protocol} from 'devtools-protocol';
import type {CdpSession} from './cdp.js';
import type {Page} from './page.js';
import type {Viewer} from './viewer.js';

/** The most downloads of a session. */
const MAX_COUNT = 200;
const MAX_NAME_LENGTH = 255;
/** How many browser contexts that an automation has created are remembered: the newest. */
const MAX_CONTEXTS = 200;

/** A downloaded file, as it is served. */
export interface DownloadedFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

export interface DownloadsOptions {
  readonly browser: CdpSession;
  /** The folder with the files, under ids. It is deleted with the session. Undefined if the browser is on another machine: then nothing is accepted. */
  readonly folder: string | undefined;
  /** The most bytes of all downloads together, on the disk and still to come. */
  readonly maxBytes: number;
  /** The session's browser context in a shared browser, whose other contexts do not belong to the session. */
  readonly browserContextId: string | undefined;
  readonly viewers: () => Iterable<Viewer>;
  /** Called when a download was declined. */
  readonly onDeclined: () => void;
}

/** A download that is over, of which viewers may still have to be told. */
interface Ended {
  readonly id: string;
  readonly name: string;
  /** Undefined if the download failed. */
  readonly file: DownloadedFile | undefined;
  readonly error: string;
  readonly atMs: number;
  /** The people who were told. */
  readonly told: WeakSet<object>;
}

interface Running {
  readonly id: string;
  readonly name: string;
  receivedBytes: number;
  isTooLarge: boolean;
}

/**
 * The files that a session's pages download, for viewers to fetch. If an automation handles downloads itself, it gets the files where
 * it wants them, and viewers get a copy.
 */
export class Downloads {
  readonly #options: DownloadsOptions;
  readonly #running = new Map<string, Running>();
  /** By secret: one for each viewer and file. */
  readonly #files = new Map<string, DownloadedFile>();
  /** The downloads that are over, the oldest first. */
  readonly #ended: Ended[] = [];
  /** The browser context of the session's first page. */
  #ownContextId: string | undefined;
  /** Browser contexts that an automation has created, and those among them whose downloads it handles itself. */
  readonly #contexts = new Set<string>();
  readonly #left = new Set<string>();
  #lastId = 0;
  #keptBytes = 0;

  constructor(options: DownloadsOptions) {
    this.#options = options;
    const {browser} = options;
    browser.on('Browser.downloadWillBegin', (event) => this.#begin(event));
    browser.on('Browser.downloadProgress', (event) => this.#note(event));
    this.claim();
  }

  /** Makes the browser write downloads into the session's folder. The browser forgets this when another client with its own setting disconnects. */
  claim(): void {
    this.#claim(this.#options.browserContextId);
    for (const contextId of this.#contexts) if (!this.#left.has(contextId)) this.#claim(contextId);
  }

  /**
   * A page has opened, maybe in a browser context that an automation has created. A headless browser cancels the downloads of such a
   * context, unless the automation or the server has set a folder for them.
   */
  follow({info: {browserContextId: contextId}}: Page): void {
    this.#ownContextId ??= contextId;
    const isOwn = this.#options.browserContextId !== undefined || contextId === this.#ownContextId;
    if (isOwn || contextId === undefined || this.#contexts.has(contextId)) return;
    this.#contexts.add(contextId);
    for (const oldest of this.#contexts) if (this.#contexts.size > MAX_CONTEXTS) this.#contexts.delete(oldest);
    if (!this.#left.has(contextId)) this.#claim(contextId);
  }

  /** An automation handles the downloads of a context itself, until the returned function is called. */
  leaveTo(contextId: string): () => void {
    this.#left.add(contextId);
    return () => this.#left.delete(contextId);
  }

  #claim(contextId: string | undefined): void {
    const {browser, folder} = this.#options;
    browser.post('Browser.setDownloadBehavior', {
      ...(folder === undefined ? {behavior: 'deny'} : {behavior: 'allowAndName', downloadPath: folder}),
      eventsEnabled: true, ...(contextId !== undefined && {browserContextId: contextId}),
    });
  }

  /** Finds a file by a viewer's secret. */
  find(secret: string): DownloadedFile | undefined {
    return this.#files.get(secret);
  }

  /** A viewer is back after having no socket for a while. Tells them of the downloads since then. */
  recall(viewer: Viewer): void {
    const {person} = viewer;
    if (person) for (const ended of this.#ended) if (ended.atMs > person.sinceMs && !ended.told.has(person)) this.#tellOne(viewer, ended);
  }

  #begin({guid, suggestedFilename}: Protocol.Browser.DownloadWillBeginEvent): void {
    const {folder, browser, onDeclined} = this.#options;
    if (folder === undefined || this.#lastId >= MAX_COUNT) {
      onDeclined();
      if (folder !== undefined) browser.post('Browser.cancelDownload', {guid});
      return;
    }
    const id = `download-${++this.#lastId}`;
    this.#running.set(guid, {id, name: suggestedFilename.slice(0, MAX_NAME_LENGTH) || 'download', receivedBytes: 0, isTooLarge: false});
  }

  #note({guid, state, receivedBytes, filePath}: Protocol.Browser.DownloadProgressEvent): void {
    const running = this.#running.get(guid);
    if (!running) return;
    running.receivedBytes = receivedBytes;
    if (state === 'completed') void this.#keep(guid, running, filePath);
    else if (state === 'canceled') this.#fail(guid, running, running.isTooLarge ? 'too_large' : 'canceled');
    else if (this.#bytes > this.#options.maxBytes) {
      running.isTooLarge = true;
      this.#options.browser.post('Browser.cancelDownload', {guid, ...this.#context});
    }
  }

  get #context(): {readonly browserContextId?: string} {
    const {browserContextId} = this.#options;
    return browserContextId === undefined ? {} : {browserContextId};
  }

  get #bytes(): number {
    return [...this.#running.values()].reduce((sum, {receivedBytes}) => sum + receivedBytes, this.#keptBytes);
  }

  /** The file's real size counts, whatever was reported before. */
  async #keep(guid: string, running: Running, filePath: string | undefined): Promise<void> {
    const path = join(this.#options.folder ?? '', guid);
    try {
      // If an automation handles downloads, the file is the automation's, and may be deleted at any moment.
      const isElsewhere = filePath !== undefined && filePath !== '' && filePath !== path;
      if (isElsewhere && (await stat(filePath)).size + this.#bytes - running.receivedBytes <= this.#options.maxBytes) await copyFile(filePath, path);
      const {size} = await stat(path);
      running.receivedBytes = size;
      if (this.#bytes > this.#options.maxBytes) {
        await rm(path, {force: true});
        this.#fail(guid, running, 'too_large');
        return;
      }
      this.#running.delete(guid);
      this.#keptBytes += size;
      this.#offer(running, {name: running.name, path, size});
    } catch {
      this.#fail(guid, running, 'canceled');
    }
  }

  #offer({id, name}: Running, file: DownloadedFile): void {
    this.#end({id, name, file, error: ''});
  }

  #fail(guid: string, {id, name}: Running, error: 'too_large' | 'canceled'): void {
    this.#running.delete(guid);
    this.#end({id, name, file: undefined, error});
  }

  #end(download: Pick<Ended, 'id' | 'name' | 'file' | 'error'>): void {
    const ended: Ended = {...download, atMs: performance.now(), told: new WeakSet()};
    this.#ended.push(ended);
    for (const viewer of this.#options.viewers()) this.#tellOne(viewer, ended);
  }

  /** Tells every socket that a person has now. A later socket is told only of downloads that the person has not heard of. */
  #tellOne(viewer: Viewer, {id, name, file, error, told}: Ended): void {
    if (viewer.isWatchOnly || viewer.downloadUrl === undefined) return;
    if (viewer.person) told.add(viewer.person);
    if (!file) return viewer.tell({type: 'download', id, name, error});
    const secret = randomBytes(24).toString('base64url');
    this.#files.set(secret, file);
    viewer.tell({type: 'download', id, name, size: file.size, url: viewer.downloadUrl(secret)});
  }
}
