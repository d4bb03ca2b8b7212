import {spawn} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, readSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';

export type Colour = readonly [red: number, green: number, blue: number];

/** An X display whose pixels can be read at any time. They are what a person would see. */
export class XvfbScreen {
  readonly display: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #file: number;
  readonly #offset: number;
  readonly #bytesPerLine: number;
  readonly #pixel = Buffer.alloc(4);

  /** @throws {Error} when there is no Xvfb on this machine. */
  static async start(width: number, height: number): Promise<XvfbScreen> {
    const folder = mkdtempSync(join(tmpdir(), 'chaser-screen-'));
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-fbdir', folder, '-nolisten', 'tcp'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe']});
    const number = await new Promise<string>((resolve, reject) => {
      server.once('error', reject);
      server.once('exit', () => reject(new Error('Xvfb has ended.')));
      createInterface(server.stdio[3] as Readable).once('line', resolve);
    });
    return new XvfbScreen(`:${number}`, server, folder);
  }

  private constructor(display: string, server: ChildProcess, folder: string) {
    this.display = display;
    this.#process = server;
    this.#folder = folder;
    this.#file = openSync(join(folder, 'Xvfb_screen0'), 'r');
    // The header of an X window dump, in big-endian words: https://gitlab.freedesktop.org/xorg/proto/xorgproto, XWDFile.h.
    const header = Buffer.alloc(100);
    readSync(this.#file, header, 0, header.length, 0);
    const [headerBytes, bytesPerLine, colours] = [0, 12, 19].map((word) => header.readUInt32BE(word * 4));
    this.#offset = (headerBytes ?? 0) + 12 * (colours ?? 0);
    this.#bytesPerLine = bytesPerLine ?? 0;
  }

  /** The colour of one pixel now. */
  at(x: number, y: number): Colour {
    readSync(this.#file, this.#pixel, 0, 4, this.#offset + y * this.#bytesPerLine + x * 4);
    const [blue = 0, green = 0, red = 0] = this.#pixel;
    return [red, green, blue];
  }

  stop(): void {
    closeSync(this.#file);
    this.#process.removeAllListeners('exit');
    this.#process.kill();
    rmSync(this.#folder, {recursive: true, force: true});
  }
}
