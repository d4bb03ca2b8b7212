import type {Writable} from 'node:stream';

// The library exports this class, and its published types lack it.
declare module 'ws' {
  /** Parses WebSocket messages from the bytes that are written to it. */
  export class Receiver extends Writable {
    constructor(options?: {readonly isServer?: boolean; readonly skipUTF8Validation?: boolean});
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: string | symbol, listener: (...args: never[]) => void): this;
  }
}
