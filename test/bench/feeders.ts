import type {WebSocket} from 'ws';
import {Pacer} from '../../demo/server/pacer.js';
import {parsePlayerMessage} from '../../src/protocol.js';
import type {Size} from '../../src/protocol.js';
import {FRAME_COUNT, type FrameSet} from './frames.js';

/** Where a feeder's frames come from, and how far it is with them. */
export interface Source {
  readonly size: Size;
  /** Calls back with the next frame, once there is one that has not been sent. */
  take(send: (jpeg: Buffer) => void): void;
}

/** Frames that are there already, one after the other. */
export class Stock implements Source {
  readonly #frames: FrameSet;
  #maxFrames: number;
  /** How many were sent. */
  sent = 0;

  constructor(frames: FrameSet, maxFrames = Infinity) {
    this.#frames = frames;
    this.#maxFrames = maxFrames;
  }

  get size(): Size {
    return this.#frames.size;
  }

  /** The number of the frame that was sent last. */
  get lastNumber(): number {
    return (this.sent - 1) % FRAME_COUNT;
  }

  /** Gives no more. */
  hold(): void {
    this.#maxFrames = this.sent;
  }

  take(send: (jpeg: Buffer) => void): void {
    const jpeg = this.sent < this.#maxFrames && this.#frames.jpegs[this.sent % FRAME_COUNT];
    if (!jpeg) return;
    this.sent++;
    send(jpeg);
  }
}

/** A picture that changes: whoever takes a frame gets the newest, and never the same one twice. */
export class Live implements Source {
  readonly #frames: FrameSet;
  readonly #startMs = performance.now();
  readonly #intervalMs: number;
  #lastTaken = -1;

  constructor(frames: FrameSet, fps: number) {
    this.#frames = frames;
    this.#intervalMs = 1000 / fps;
  }

  get size(): Size {
    return this.#frames.size;
  }

  take(send: (jpeg: Buffer) => void): void {
    const index = Math.floor((performance.now() - this.#startMs) / this.#intervalMs);
    const jpeg = this.#frames.jpegs[index % FRAME_COUNT];
    if (index > this.#lastTaken && jpeg) {
      this.#lastTaken = index;
      send(jpeg);
    } else {
      setTimeout(() => this.take(send), this.#startMs + (this.#lastTaken + 1) * this.#intervalMs - performance.now() + 1);
    }
  }

  /** How old the picture with this number was at a moment, in milliseconds; the clock is `Date`'s with fractions. */
  ageMs(number: number, atEpochMs: number): number {
    const index = Math.floor((atEpochMs - performance.timeOrigin - this.#startMs) / this.#intervalMs);
    const behind = (index - number + FRAME_COUNT * 1000) % FRAME_COUNT;
    return atEpochMs - performance.timeOrigin - this.#startMs - (index - behind) * this.#intervalMs;
  }
}

export type FeederName = 'element' | 'bare-socket' | 'base64' | 'novnc' | 'guacamole';

/** Sends frames to one viewer, each as soon as the viewer's own protocol lets it take another. */
export function feed(name: FeederName, socket: WebSocket, source: Source): void {
  switch (name) {
    case 'element':
    case 'bare-socket':
      return feedElement(socket, source);
    case 'base64':
      return feedBase64(socket, source);
    case 'novnc':
      return feedNovnc(socket, source);
    case 'guacamole':
      return feedGuacamole(socket, source);
  }
}

/** By the protocol: all but at most one acked; a picture that changes at the reference server's own pace. */
function feedElement(socket: WebSocket, source: Source): void {
  const pacer = new Pacer(socket, {next: (jpeg) => jpeg, reset() {}}, 60);
  let sent = 0;
  const send = () => {
    sent++;
    source.take((jpeg) => socket.send(jpeg));
  };
  socket.send(JSON.stringify({
    type: 'hello', protocol: 1, session: 'bench', input_enabled: true, fps: 60,
    expires_at: new Date(Date.now() + 3_600_000).toISOString(), viewport: source.size,
  }));
  socket.on('message', (data: Buffer) => {
    const parsed = parsePlayerMessage(data.toString());
    if (parsed.kind !== 'message') return;
    if (parsed.message.type === 'ping') socket.send(JSON.stringify({type: 'pong', t: parsed.message.t}));
    if (parsed.message.type !== 'ack') return;
    if (source instanceof Live) pacer.ack(parsed.message.frames);
    else while (sent < parsed.message.frames + 2) send();
  });
  if (source instanceof Live) {
    pacer.expectAcks();
    const show = () => source.take((jpeg) => {
      if (socket.readyState !== socket.OPEN) return;
      pacer.show(jpeg);
      show();
    });
    show();
  } else {
    send();
    send();
  }
}

/** Two under way, as to the element, so that none waits for the network. */
function feedBase64(socket: WebSocket, source: Source): void {
  const send = () => source.take((jpeg) => socket.send(JSON.stringify({data: jpeg.toString('base64')})));
  socket.on('message', send);
  send();
  send();
}

const RFB_VERSION = 'RFB 003.008\n';
const TIGHT_ENCODING = 7;
const TIGHT_JPEG = 0x90;

/** RFB 3.8 without security (RFC 6143); each update is one rectangle of a Tight JPEG. */
function feedNovnc(socket: WebSocket, source: Source): void {
  const {width, height} = source.size;
  let step = 0;
  const sendUpdate = () => source.take((jpeg) => {
    const head = Buffer.alloc(20);
    head.writeUInt16BE(1, 2);
    head.writeUInt16BE(width, 8);
    head.writeUInt16BE(height, 10);
    head.writeInt32BE(TIGHT_ENCODING, 12);
    head[16] = TIGHT_JPEG;
    const {length} = jpeg;
    head[17] = (length & 0x7f) | 0x80;
    head[18] = ((length >> 7) & 0x7f) | 0x80;
    head[19] = length >> 14;
    socket.send(Buffer.concat([head, jpeg]));
  });
  socket.send(Buffer.from(RFB_VERSION));
  socket.on('message', (data: Buffer) => {
    step++;
    if (step === 1) socket.send(Buffer.from([1, 1]));
    else if (step === 2) socket.send(Buffer.from([0, 0, 0, 0]));
    else if (step === 3) socket.send(serverInit(width, height));
    else for (let left = updateRequests(data); left > 0; left--) sendUpdate();
  });
}

function serverInit(width: number, height: number): Buffer {
  const name = Buffer.from('bench');
  const head = Buffer.alloc(24);
  head.writeUInt16BE(width, 0);
  head.writeUInt16BE(height, 2);
  // 32 bits a pixel, depth 24, little endian, true colour, eight bits each.
  head.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  head.writeUInt32BE(name.length, 20);
  return Buffer.concat([head, name]);
}

/** How many FramebufferUpdateRequests are in what a client sent: its messages may come in one piece. */
function updateRequests(data: Buffer): number {
  let count = 0;
  for (let at = 0; at < data.length;) {
    const type = data[at];
    if (type === 0) at += 20;
    else if (type === 2) at += 4 + data.readUInt16BE(at + 2) * 4;
    else if (type === 3) {
      at += 10;
      count++;
    } else return count;
  }
  return count;
}

const BLOB_CHARACTERS = 6048;

/** Guacamole's protocol: an image stream of base64 blobs, and a `sync` that the client answers when it has shown it. */
function feedGuacamole(socket: WebSocket, source: Source): void {
  const {width, height} = source.size;
  socket.send(instruction('', 'bench-tunnel'));
  socket.send(instruction('size', '0', String(width), String(height)));
  let syncs = 0;
  const send = () => source.take((jpeg) => {
    const base64 = jpeg.toString('base64');
    const parts = [instruction('img', '1', '14', '0', 'image/jpeg', '0', '0')];
    for (let at = 0; at < base64.length; at += BLOB_CHARACTERS) parts.push(instruction('blob', '1', base64.slice(at, at + BLOB_CHARACTERS)));
    parts.push(instruction('end', '1'), instruction('sync', String(++syncs)));
    socket.send(parts.join(''));
  });
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text.startsWith('0.,4.ping')) socket.send(text);
    else if (text.startsWith('4.sync')) send();
  });
  send();
}

function instruction(...elements: readonly string[]): string {
  return `${elements.map((element) => `${element.length}.${element}`).join(',')};`;
}
