import {assert} from 'chai';
import {ByteSender} from '../../src/stream/byte-sender.js';

const KIB = 1024;

/** A socket with a network of a certain speed. Its clock advances by 5 ms each time that `bufferedAmount` is read. */
class SlowSocket {
  readyState: number = WebSocket.OPEN;
  readonly pieces: Uint8Array[] = [];
  /** The most that was unsent right before a piece was added. */
  mostBeforeBytes = 0;
  readonly #bytesPerMs: number;
  #unsentBytes = 0;

  constructor(bytesPerMs: number) {
    this.#bytesPerMs = bytesPerMs;
  }

  get bufferedAmount(): number {
    this.#unsentBytes = Math.max(0, this.#unsentBytes - this.#bytesPerMs * 5);
    return this.#unsentBytes;
  }

  send(piece: ArrayBuffer | Uint8Array): void {
    this.mostBeforeBytes = Math.max(this.mostBeforeBytes, this.#unsentBytes);
    const bytes = new Uint8Array(piece instanceof Uint8Array ? piece : new Uint8Array(piece));
    this.#unsentBytes += bytes.length;
    this.pieces.push(bytes);
  }
}

async function bytesOf(parts: readonly BlobPart[]): Promise<string> {
  return btoa(Array.from(new Uint8Array(await new Blob([...parts]).arrayBuffer()), (code) => String.fromCharCode(code)).join(''));
}

function noise(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({length}, (_, index) => (index * 7919) >> 3);
}

function senderTo(socket: SlowSocket): ByteSender {
  // The sender uses only members that the test's socket has.
  return new ByteSender(socket as unknown as WebSocket);
}

describe('bytes on their way to the server', () => {
  it('arrive as they are, of memory and of files, in pieces of at most a mebibyte', async () => {
    const socket = new SlowSocket(KIB * KIB);
    const parts = [noise(10), new Blob([noise(3 * KIB * KIB)]), noise(0), noise(2 * KIB * KIB + 1)];
    assert.isTrue(await senderTo(socket).send(parts));
    assert.isAtMost(Math.max(...socket.pieces.map(({length}) => length)), KIB * KIB);
    assert.equal(await bytesOf(socket.pieces.map((piece) => new Uint8Array(piece))), await bytesOf(parts));
    assert.isBelow(socket.pieces.length, 40, 'a network that takes much gets much');
  });

  it('go out at once where they are few: what is typed next comes after them', () => {
    const socket = new SlowSocket(0);
    void senderTo(socket).send([noise(100), noise(16 * KIB)]);
    assert.deepEqual(socket.pieces.map(({length}) => length), [100, 16 * KIB]);
  });

  it('wait while much is unsent, in small pieces, so that input has little before it', async () => {
    const socket = new SlowSocket(KIB / 4);
    assert.isTrue(await senderTo(socket).send([noise(100 * KIB)]));
    assert.isAtMost(socket.mostBeforeBytes, 32 * KIB);
    assert.isAtMost(Math.max(...socket.pieces.map(({length}) => length)), 32 * KIB);
  });

  it('end with the socket, an abort or a missing file, and the next transfer is complete', async () => {
    const socket = new SlowSocket(0);
    const sender = senderTo(socket);
    const stuck = sender.send([noise(200 * KIB)]);
    socket.readyState = WebSocket.CLOSED;
    assert.isFalse(await stuck);
    socket.readyState = WebSocket.OPEN;
    assert.isFalse(await sender.send([noise(200 * KIB)], AbortSignal.timeout(30)));
    const gone = Object.assign(new Blob(['gone']), {slice: () => ({arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError'))})});
    const fresh = senderTo(new SlowSocket(KIB * KIB));
    assert.isFalse(await fresh.send([gone]));
    assert.isTrue(await fresh.send([noise(9)]));
  });
});
