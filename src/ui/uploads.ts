import type {FileChooserAnswerMessage, FileMessage} from '../protocol.js';
import type {BytesProgress} from '../stream/byte-sender.js';

export interface UploadsOptions {
  /** An identity of the current connection. Undefined while there is none. */
  readonly connection: () => unknown;
  /** Whether bytes can be announced now, because no paste is being sent. */
  readonly canSendBytes: () => boolean;
  readonly sendFile: (message: FileMessage, bytes: Blob, progress: BytesProgress, signal: AbortSignal) => Promise<boolean>;
  readonly send: (message: FileChooserAnswerMessage) => boolean;
  /** The progress has changed. */
  readonly onProgress: () => void;
  /** A file could not be read, because it is a folder or was deleted. */
  readonly onUnreadable: (name: string) => void;
}

/** The files that a person sends to one chooser. */
interface Upload {
  readonly id: string;
  readonly files: readonly File[];
  readonly abort: AbortController;
  /** The next file, and the offset at which to continue it. The offset is undefined if nothing of it was sent before. */
  index: number;
  offset: number | undefined;
  /** How many bytes of all files together the server has. */
  receivedBytes: number;
  /** The connection on which the server last announced the chooser: the one to send on. */
  connection: unknown;
}

/** How often to check whether a paste that is being sent has left. */
const BUSY_INTERVAL_MS = 50;

/**
 * Sends files to a chooser of the session, one after the other. If the connection breaks, the next connection continues after the bytes
 * that the server has confirmed.
 */
export class Uploads {
  readonly #options: UploadsOptions;
  #upload: Upload | undefined;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** The progress of the files for a chooser, from 0 to 1. Undefined if none are being sent. */
  progress(id: string): number | undefined {
    const upload = this.#upload;
    return upload?.id === id ? upload.receivedBytes / (sum(upload.files) || 1) : undefined;
  }

  start(id: string, files: readonly File[]): void {
    this.stop();
    this.#upload = {
      id, files, abort: new AbortController(), index: 0, offset: undefined, receivedBytes: 0, connection: undefined,
    };
    void this.#run(this.#upload);
  }

  /** Another connection has announced the chooser. The missing bytes are sent there. */
  resume(id: string): void {
    if (this.#upload?.id !== id || this.#upload.connection === this.#options.connection()) return;
    rewind(this.#upload);
    void this.#run(this.#upload);
  }

  /** Stops sending. */
  stop(): void {
    this.#upload?.abort.abort();
    this.#upload = undefined;
  }

  /** Sends the rest of each file and then reports that all are complete, for as long as this connection is the current one. */
  async #run(upload: Upload): Promise<void> {
    const {connection, canSendBytes, sendFile, send, onProgress, onUnreadable} = this.#options;
    const {id, files, abort: {signal}} = upload;
    const own = upload.connection = connection();
    const isCurrent = () => own !== undefined && own === connection() && upload === this.#upload;
    while (isCurrent()) {
      const {index, offset} = upload;
      const file = files[index];
      if (!file) return void send({type: 'file_chooser', id, done: true});
      if (!canSendBytes()) {
        await new Promise((resolve) => setTimeout(resolve, BUSY_INTERVAL_MS));
        continue;
      }
      const {name, size, type: mime} = file;
      const isSent = await sendFile({type: 'file', id, name, size, mime, ...(offset !== undefined && {offset})}, file.slice(offset), {
        position: sum(files.slice(0, index)) + (offset ?? 0),
        onReceived: (position) => {
          upload.receivedBytes = position;
          onProgress();
        },
      }, signal);
      // If the connection has changed, the next one continues from what the server is known to have.
      if (!isCurrent()) return;
      if (!isSent) {
        this.stop();
        return onUnreadable(name);
      }
      upload.index++;
      upload.offset &&= 0;
    }
  }
}

/** Goes back to the bytes that the server has confirmed. Later bytes are sent again. */
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
