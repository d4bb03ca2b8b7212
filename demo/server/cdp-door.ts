import type {Duplex, Writable} from 'node:stream';
import {CommandScan} from './command-scan.js';
import {isOfMachine, machineRule} from './machine-rules.js';
import {fieldsOf} from './session/fields.js';
import type {SessionFolder} from './session/session-browser.js';
import {FrameReader, type FramePiece, OPCODE, frameOf, isControl} from './ws-frames.js';

/** A command is kept until it is whole, to be looked at. Of a larger one only the outermost names are read, as it goes through. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** How long the next bytes of a message may take. */
const IDLE_TIMEOUT_MS = 30_000;
/** RFC 6455, section 5.5. */
const MAX_CONTROL_BYTES = 125;
/** How long a client has to read why it ends. */
const LINGER_MS = 2_000;
const MESSAGE_TOO_BIG = 1009;
const PROTOCOL_ERROR = 1002;

interface Command {
  readonly id: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly sessionId?: string;
}

export interface CdpDoorOptions {
  readonly client: Duplex;
  /** Takes what the client is told. */
  readonly replies: Writable;
  readonly browser: Duplex;
  readonly folder: SessionFolder;
  /** Told of each command that goes through, but for very large ones. */
  readonly onCommand: (text: string) => void;
}

/**
 * The door between an automation and its session's browser. What it says goes through, whatever its size, but for commands
 * about the machine, which are changed or refused; the browser's bytes go their own way.
 */
export class CdpDoor {
  readonly #options: CdpDoorOptions;
  readonly #fromClient = new FrameReader();
  readonly #fromBrowser = new FrameReader();
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #scan: CommandScan | undefined;
  #controlBytes: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  /** Answers that wait for the end of a message of the browser's. */
  #answers: Buffer[] = [];
  #isBetweenMessages = true;
  #timer: NodeJS.Timeout | undefined;

  /** Joins the two. `head` is what the client has said already. */
  static join(options: CdpDoorOptions, head: Buffer): void {
    const door = new CdpDoor(options);
    const {client, replies, browser} = options;
    client.on('data', (bytes: Buffer) => door.#hear(bytes));
    browser.on('data', (bytes: Buffer) => door.#tell(bytes));
    for (const [from, to] of [[client, browser], [browser, replies]] as const) {
      to.on('drain', () => door.#flow());
      from.once('end', () => to.end());
    }
    client.once('close', () => clearTimeout(door.#timer));
    if (head.length > 0) door.#hear(head);
  }

  private constructor(options: CdpDoorOptions) {
    this.#options = options;
  }

  #hear(bytes: Buffer): void {
    try {
      this.#fromClient.read(bytes, (piece) => {
        if (!this.#hasEnded) this.#take(piece);
      });
    } catch {
      this.#end(PROTOCOL_ERROR);
    }
    this.#flow();
  }

  /** Each is read while the other takes what it says; nobody who does not read their answers is given more of them. */
  #flow(): void {
    const {client, replies, browser} = this.#options;
    if (replies.writableNeedDrain) browser.pause();
    else browser.resume();
    if (browser.writableNeedDrain || this.#answers.length > 0 || replies.writableLength > MAX_KEPT_BYTES) client.pause();
    else client.resume();
  }

  #take(piece: FramePiece): void {
    const {bytes, isEnd, isFin} = piece;
    if (isControl(piece.opcode)) {
      this.#control(piece);
      return;
    }
    const isWhole = isEnd && isFin;
    clearTimeout(this.#timer);
    if (!isWhole) this.#timer = setTimeout(() => this.#options.client.destroy(), IDLE_TIMEOUT_MS).unref();
    if (this.#scan) this.#pass(this.#scan, bytes, isWhole, OPCODE.continuation);
    else if (this.#keptBytes + bytes.length > MAX_KEPT_BYTES) {
      this.#scan = new CommandScan();
      this.#pass(this.#scan, Buffer.concat([...this.#release(), bytes]), isWhole, OPCODE.text);
    } else {
      this.#kept.push(bytes);
      this.#keptBytes += bytes.length;
      if (isWhole) this.#decide(Buffer.concat(this.#release()).toString());
    }
    if (isWhole) this.#scan = undefined;
  }

  #release(): Buffer[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    return kept;
  }

  /** A ping, a pong or a goodbye. */
  #control({opcode, bytes, isEnd}: FramePiece): void {
    this.#controlBytes = Buffer.concat([this.#controlBytes, bytes]);
    if (this.#controlBytes.length > MAX_CONTROL_BYTES) this.#end(PROTOCOL_ERROR);
    else if (isEnd) {
      this.#write(frameOf(this.#controlBytes, {opcode, isFin: true, isMasked: true}));
      this.#controlBytes = Buffer.alloc(0);
    }
  }

  /** A piece of a command that is too large to be kept. One that is not all there never becomes a command. */
  #pass(scan: CommandScan, bytes: Buffer, isWhole: boolean, opcode: number): void {
    scan.read(bytes);
    if (scan.isUnclear || scan.method === undefined || isOfMachine(scan.method)) this.#end(MESSAGE_TOO_BIG);
    else this.#write(frameOf(bytes, {opcode, isFin: isWhole, isMasked: true}));
  }

  #decide(text: string): void {
    const command = readCommand(text);
    if (!command) {
      this.#answer({error: {code: -32700, message: 'The message is not a CDP command.'}});
      return;
    }
    const {id, method, params, sessionId} = command;
    const ruling = isOfMachine(method) ? machineRule(method, params, this.#options.folder) : {params};
    const session = sessionId === undefined ? {} : {sessionId};
    if ('refusal' in ruling) {
      this.#answer({id, error: {code: -32000, message: ruling.refusal}, ...session});
      return;
    }
    // As it was understood here, and in no other way.
    const passed = JSON.stringify({id, method, ...(ruling.params && {params: ruling.params}), ...session});
    this.#options.onCommand(passed);
    this.#write(frameOf(Buffer.from(passed), {opcode: OPCODE.text, isFin: true, isMasked: true}));
  }

  #write(bytes: Buffer): void {
    const {browser} = this.#options;
    if (browser.writable) browser.write(bytes);
  }

  #answer(reply: object): void {
    this.#answers.push(frameOf(Buffer.from(JSON.stringify(reply)), {opcode: OPCODE.text, isFin: true, isMasked: false}));
    if (this.#isBetweenMessages) this.#say(this.#takeAnswers());
  }

  /** What the browser says; answers go between two of its messages. */
  #tell(bytes: Buffer): void {
    let boundary = 0;
    try {
      this.#fromBrowser.read(bytes, ({opcode, isFin, isEnd, end}) => {
        if (!isControl(opcode)) this.#isBetweenMessages = isEnd && isFin;
        if (isEnd && this.#isBetweenMessages) boundary = end;
      });
    } catch {
      this.#end(PROTOCOL_ERROR);
      return;
    }
    // No boundary in these bytes: an answer waits for one.
    const answers = boundary > 0 ? this.#takeAnswers() : Buffer.alloc(0);
    for (const part of [bytes.subarray(0, boundary), answers, bytes.subarray(boundary)]) if (part.length > 0) this.#say(part);
    this.#flow();
  }

  #takeAnswers(): Buffer {
    const answers = Buffer.concat(this.#answers);
    this.#answers = [];
    return answers;
  }

  #say(bytes: Buffer): void {
    const {replies} = this.#options;
    if (replies.writable) replies.write(bytes);
  }

  /** Ends the connection: what was said so far of a message is never the whole of it. */
  #end(code: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const {client, replies, browser} = this.#options;
    const reason = Buffer.alloc(2);
    reason.writeUInt16BE(code);
    replies.end(frameOf(reason, {opcode: OPCODE.close, isFin: true, isMasked: false}));
    setTimeout(() => client.destroy(), LINGER_MS).unref();
    browser.end();
  }
}

function readCommand(text: string): Command | undefined {
  try {
    const {id, method, params, sessionId} = fieldsOf(JSON.parse(text));
    if (typeof id !== 'number' || typeof method !== 'string') return undefined;
    return {id, method, ...(params !== undefined && {params: fieldsOf(params)}), ...(typeof sessionId === 'string' && {sessionId})};
  } catch {
    return undefined;
  }
}
