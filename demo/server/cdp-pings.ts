import {type Duplex, Transform, type TransformCallback} from 'node:stream';

/** Proxies close a connection on which nothing is sent; their shortest usual limit is 30 s. */
const PING_INTERVAL_MS = 5_000;
/** A client that is silent for this long is disconnected. The limit is long, because a client at a breakpoint does not answer either. */
const SILENT_AFTER_MS = 300_000;

const PING = Buffer.from([0x89, 0]);
const CLOSE_OPCODE = 8;
const MAX_HEADER_BYTES = 10;

/**
 * Forwards a browser's bytes to an automation unchanged, and inserts WebSocket pings between two frames. The client's library answers
 * pings by itself, so both directions have traffic while a script waits for a person.
 */
export class CdpPings extends Transform {
  readonly #client: Duplex;
  readonly #timer: NodeJS.Timeout;
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes of the frame's payload that are still to come. */
  #payloadBytes = 0;
  #isDue = false;
  #isClosed = false;
  #heardAtMs = performance.now();

  constructor(client: Duplex) {
    super();
    this.#client = client;
    client.on('data', () => this.#heardAtMs = performance.now());
    this.#timer = setInterval(() => this.#check(), PING_INTERVAL_MS);
    client.once('close', () => clearInterval(this.#timer));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#follow(chunk);
    this.push(chunk);
    this.#pingBetweenFrames();
    done();
  }

  #check(): void {
    if (performance.now() - this.#heardAtMs > SILENT_AFTER_MS) {
      this.#client.destroy();
      return;
    }
    this.#isDue = true;
    this.#pingBetweenFrames();
  }

  #pingBetweenFrames(): void {
    if (!this.#isDue || this.#isClosed || this.#payloadBytes > 0 || this.#headerBytes > 0 || this.writableEnded) return;
    this.#isDue = false;
    this.push(PING);
  }

  /** Finds the ends of frames (RFC 6455, section 5.2). A browser's frames are not masked. */
  #follow(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadBytes > 0) {
        const taken = Math.min(this.#payloadBytes, chunk.length - at);
        this.#payloadBytes -= taken;
        at += taken;
        continue;
      }
      this.#header[this.#headerBytes++] = chunk[at++] ?? 0;
      if (this.#headerBytes < headerBytes(this.#header, this.#headerBytes)) continue;
      this.#payloadBytes = payloadBytes(this.#header);
      this.#headerBytes = 0;
      if (((this.#header[0] ?? 0) & 15) === CLOSE_OPCODE) this.#isClosed = true;
    }
  }
}

/** How long the header is, as far as its first `known` bytes tell. */
function headerBytes(header: Buffer, known: number): number {
  if (known < 2) return 2;
  const length = (header[1] ?? 0) & 127;
  return length === 127 ? 10 : length === 126 ? 4 : 2;
}

function payloadBytes(header: Buffer): number {
  const length = (header[1] ?? 0) & 127;
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length === 126 ? header.readUInt16BE(2) : length;
}
