import {parsePlayerMessage} from '../../src/protocol.js';
import type {PlayerMessage, ServerMessage} from '../../src/protocol.js';

const STATE = {connecting: 0, open: 1, closing: 2, closed: 3} as const;

/**
 * A WebSocket class whose server is in the same page, for tests that open thousands of sockets. A socket opens and sends what `greet`
 * returns in a microtask. Everything that the player sends goes to `receive` at once.
 */
export function loopbackSocket(ends: {
  readonly greet: (socket: LoopbackSocket) => void;
  readonly receive: (socket: LoopbackSocket, message: PlayerMessage) => void;
  readonly closed: (socket: LoopbackSocket) => void;
}): typeof WebSocket {
  class Socket extends LoopbackSocket {
    constructor() {
      super();
      queueMicrotask(() => {
        if (this.readyState !== STATE.connecting) return;
        this.readyState = STATE.open;
        ends.greet(this);
      });
    }

    send(text: string): void {
      const parsed = parsePlayerMessage(text);
      if (parsed.kind !== 'message') throw new Error(`The player sent what is no message: ${text}`);
      ends.receive(this, parsed.message);
    }

    close(): void {
      if (this.readyState === STATE.closed) return;
      this.readyState = STATE.closed;
      ends.closed(this);
    }
  }
  // The class has only the members that the player uses.
  return Socket as unknown as typeof WebSocket;
}

export class LoopbackSocket {
  static readonly OPEN = STATE.open;
  readyState: number = STATE.connecting;
  readonly bufferedAmount = 0;
  onmessage: ((event: {data: unknown}) => void) | null = null;
  onclose: ((event: {code: number}) => void) | null = null;

  /** Sends data from the server. */
  say(data: ServerMessage | ArrayBuffer): void {
    this.onmessage?.({data: data instanceof ArrayBuffer ? data : JSON.stringify(data)});
  }

  /** The connection breaks. */
  break(): void {
    if (this.readyState !== STATE.open) return;
    this.readyState = STATE.closing;
    this.onclose?.({code: 1006});
  }
}
