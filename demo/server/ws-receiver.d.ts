import type {Writable} from 'node:stream';

// The library exports it, and its published types do not know.
declare module 'ws' {
  /** Reads what a WebSocket's other end has sent, from bytes that are written to it. */
  export class Receiver extends Writable {
    constructor(options?: {readonly isServer?: boolean; readonly skipUTF8Validation?: boolean});
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: string | symbol, listener: (...args: never[]) => void): this;
  }
}
