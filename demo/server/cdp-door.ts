import type {Duplex, Writable} from 'node:stream';
import {CommandScan} from './command-scan.js';
import {isOfMachine, machineRule} from './machine-rules.js';
import {fieldsOf} from './session/fields.js';
import type {SessionFolder} from './session/session-browser.js';
import {FrameReader, type FramePiece, OPCODE, frameOf, isControl} from './ws-frames.js';

/** A command up to this size is kept until it is complete, and then checked. Of a larger one, only the outer names are read while it is forwarded. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** How long the next bytes of a message may take. */
const IDLE_TIMEOUT_MS = 30_000;
/** RFC 6455, section 5.5. */
const MAX_CONTROL_BYTES = 125;
/** How long a client has to read the close frame with the reason. */
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
  /** The stream to the client. */
  readonly replies: Writable;
  readonly browser: Duplex;
  readonly folder: SessionFolder;
  /** Called with each command that is forwarded, except very large ones. */
  readonly onCommand: (text: string) => void;
}

/**
 * Stands between an automation and its session's browser. Commands of any size are forwarded, except those that concern the server's
 * machine, which are changed or refused. The browser's messages are forwarded unchanged.
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
  /** Answers of this server that wait for the end of one of the browser's messages. */
  #answers: Buffer[] = [];
  #isBetweenMessages = true;
  #timer: NodeJS.Timeout | undefined;

  /** Connects the two. `head` has the first bytes from the client. */
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

  /** Reads each side only while the other side takes the data. A client that does not read its answers gets no more of them. */
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

  /** Handles a ping, pong or close frame. */
  #control({opcode, bytes, isEnd}: FramePiece): void {
    this.#controlBytes = Buffer.concat([this.#controlBytes, bytes]);
    if (this.#controlBytes.length > MAX_CONTROL_BYTES) this.#end(PROTOCOL_ERROR);
    else if (isEnd) {
      this.#write(frameOf(this.#controlBytes, {opcode, isFin: true, isMasked: true}));
      this.#controlBytes = Buffer.alloc(0);
    }
  }

  /** Forwards a piece of a command that is too large to be kept. The browser ignores a command that is never completed. */
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
    // Serialized again, so that the browser cannot parse it in another way than this server did.
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

  /** Forwards the browser's bytes. Answers of this server are inserted between two of its messages. */
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
    // If no message ends in these bytes, answers wait.
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

  /** Ends the connection. An incomplete message is never completed. */
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
