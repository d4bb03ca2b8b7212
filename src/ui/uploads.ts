import type {FileChooserAnswerMessage, FileMessage} from '../protocol.js';
import type {BytesProgress} from '../stream/byte-sender.js';

export interface UploadsOptions {
  /** The connection that counts, whatever it is known by; undefined while there is none. */
  readonly connection: () => unknown;
  /** Whether bytes can be announced now: a paste may be on its way. */
  readonly canSendBytes: () => boolean;
  readonly sendFile: (message: FileMessage, bytes: Blob, progress: BytesProgress, signal: AbortSignal) => Promise<boolean>;
  readonly send: (message: FileChooserAnswerMessage) => boolean;
  /** How far it is has changed. */
  readonly onProgress: () => void;
  /** A file could not be read: a folder, or one that has gone since. */
  readonly onUnreadable: () => void;
}

/** The files that a person gives to one chooser, on their way. */
interface Upload {
  readonly id: string;
  readonly files: readonly File[];
  readonly abort: AbortController;
  /** The file that is next, and where in it to begin; undefined where none of it has been sent before. */
  index: number;
  offset: number | undefined;
  /** How many bytes of all files, one after the other, the server has. */
  receivedBytes: number;
  /** The connection on which the chooser was told of last, and the one that was sent on last. */
  toldOn: unknown;
  sentOn: unknown;
  isRunning: boolean;
}

/** How often it is looked whether a paste that is on its way has left. */
const BUSY_INTERVAL_MS = 50;

/**
 * Files on their way to a chooser of the session's: one after the other, and over another connection where the one before has
 * gone, from there on what the server is known to have.
 */
export class Uploads {
  readonly #options: UploadsOptions;
  #upload: Upload | undefined;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** How far the files for a chooser are, from 0 to 1; undefined where none are on their way. */
  progress(id: string): number | undefined {
    const upload = this.#upload;
    return upload?.id === id ? upload.receivedBytes / (sum(upload.files) || 1) : undefined;
  }

  start(id: string, files: readonly File[]): void {
    this.stop();
    const connection = this.#options.connection();
    this.#upload = {
      id, files, abort: new AbortController(), index: 0, offset: undefined, receivedBytes: 0, toldOn: connection, sentOn: connection, isRunning: false,
    };
    void this.#run(this.#upload);
  }

  /** The chooser is told of on another connection: what the server does not have goes there. */
  resume(id: string): void {
    if (this.#upload?.id !== id) return;
    this.#upload.toldOn = this.#options.connection();
    void this.#run(this.#upload);
  }

  /** The rest is not sent. */
  stop(): void {
    this.#upload?.abort.abort();
    this.#upload = undefined;
  }

  async #run(upload: Upload): Promise<void> {
    if (upload.isRunning) return;
    upload.isRunning = true;
    let isDone = false;
    // After each step the connection may be another one, on which the chooser has to have been told of first.
    while (!isDone && upload === this.#upload && upload.toldOn && upload.toldOn === this.#options.connection()) isDone = await this.#step(upload);
    upload.isRunning = false;
  }

  /** Sends a file's rest, or says that all are there. @returns whether there is nothing more to do. */
  async #step(upload: Upload): Promise<boolean> {
    const {connection, canSendBytes, sendFile, send, onProgress, onUnreadable} = this.#options;
    const {id, files, abort: {signal}} = upload;
    if (upload.sentOn !== connection()) rewind(upload);
    const used = upload.sentOn = connection();
    const {index, offset} = upload;
    const file = files[index];
    if (!file) return send({type: 'file_chooser', id, done: true});
    if (!canSendBytes()) {
      await new Promise((resolve) => setTimeout(resolve, BUSY_INTERVAL_MS));
      return false;
    }
    const {name, size, type: mime} = file;
    const isSent = await sendFile({type: 'file', id, name, size, mime, ...(offset !== undefined && {offset})}, file.slice(offset), {
      position: sum(files.slice(0, index)) + (offset ?? 0),
      onReceived: (position) => {
        upload.receivedBytes = position;
        onProgress();
      },
    }, signal);
    if (isSent) {
      upload.index++;
      upload.offset &&= 0;
    } else if (upload === this.#upload && used === connection()) {
      this.stop();
      onUnreadable();
    }
    return false;
  }
}

/** Goes back to what the server is known to have; what it has beyond that is sent once more. */
function rewind(upload: Upload): void {
  const {files, receivedBytes} = upload;
  let start = 0;
  upload.index = 0;
  for (const {size} of files) {
    if (start + size > receivedBytes || start === receivedBytes) break;
    start += size;
    upload.index++;
  }
  upload.offset = receivedBytes - start;
}

function sum(files: readonly File[]): number {
  return files.reduce((bytes, {size}) => bytes + size, 0);
}
