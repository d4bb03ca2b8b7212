import {randomBytes} from 'node:crypto';
import {type FileHandle, open, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {FileMessage} from 'chaser-live-view/protocol';
import type {ByteReceiver} from '../../announced-bytes.js';
import type {StoredFile} from './file-input.js';

const MAX_NAME_LENGTH = 255;

/** A file that a viewer sends to the session's folder. On the disk, its name is an id. */
export class Upload implements StoredFile {
  readonly id = randomBytes(16).toString('hex');
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** The announced name, by which the viewer continues the file. */
  readonly announcedName: string;
  #receivedBytes = 0;
  #file: FileHandle | undefined;
  /** Resolves when all bytes that have arrived are on the disk. Rejects if they could not be written. */
  #written: Promise<void>;

  constructor(folder: string, {name, size, mime}: FileMessage) {
    this.path = join(folder, this.id);
    this.announcedName = name;
    this.name = nameIn(name);
    this.type = mime;
    this.size = size;
    this.#written = open(this.path, 'wx', 0o600).then((file) => void (this.#file = file));
    this.#written.catch(() => {});
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get isWhole(): boolean {
    return this.#receivedBytes === this.size;
  }

  /** Receives the bytes from `offset` on. `offset` is not beyond the bytes that have arrived. */
  receive(offset: number): ByteReceiver {
    this.#receivedBytes = offset;
    return {
      write: (bytes) => {
        const position = this.#receivedBytes;
        this.#receivedBytes += bytes.length;
        const copy = Buffer.from(bytes);
        this.#then(async () => void await this.#file?.write(copy, 0, copy.length, position));
      },
      end: () => {},
      forfeit: () => {},
    };
  }

  /** Ends the file. @throws {Error} when it could not be written. */
  async close(): Promise<void> {
    this.#then(() => this.#file?.close());
    await this.#written;
  }

  async remove(): Promise<void> {
    await this.close().catch(() => {});
    await rm(this.path, {force: true});
  }

  #then(task: () => Promise<void> | undefined): void {
    this.#written = this.#written.then(() => task());
    this.#written.catch(() => {});
  }
}

/** A file's name without folders and control characters, which no browser gives a page. */
function nameIn(name: string): string {
  const last = name.replace(/^.*[/\\]/s, '').replaceAll(/\p{Cc}/gu, '').slice(0, MAX_NAME_LENGTH);
  return /^\.{0,2}$/.test(last) ? 'file' : last;
}
