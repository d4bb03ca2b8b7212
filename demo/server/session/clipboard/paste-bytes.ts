import type {PasteItem, PasteMessage} from 'chaser-live-view/protocol';
import type {ByteReceiver} from '../../announced-bytes.js';
import type {Pasted} from './content.js';

/** How long all bytes of a paste may take. */
const TIMEOUT_MS = 120_000;

/** Collects the bytes of a paste. `content` resolves to the paste, or to undefined if the bytes do not arrive. */
export class PasteBytes implements ByteReceiver {
  readonly content: Promise<Pasted | undefined>;
  readonly sizeBytes: number;
  readonly #items: readonly PasteItem[];
  readonly #timer: NodeJS.Timeout;
  #bytes: Buffer | undefined;
  #length = 0;
  #resolve: (content: Pasted | undefined) => void = () => {};

  constructor({items}: PasteMessage) {
    this.#items = items;
    this.sizeBytes = items.reduce((sum, {size}) => sum + size, 0);
    this.#bytes = Buffer.allocUnsafe(this.sizeBytes);
    this.content = new Promise((resolve) => this.#resolve = resolve);
    this.#timer = setTimeout(() => this.forfeit(), TIMEOUT_MS);
  }

  write(bytes: Buffer): void {
    if (this.#bytes) this.#length += bytes.copy(this.#bytes, this.#length);
  }

  end(): void {
    this.#finish(this.#bytes && this.#items.length > 0 ? contentOf(this.#items, this.#bytes) : undefined);
  }

  forfeit(): void {
    this.#finish(undefined);
  }

  #finish(content: Pasted | undefined): void {
    clearTimeout(this.#timer);
    this.#bytes = undefined;
    this.#resolve(content);
  }
}

function contentOf(items: readonly PasteItem[], bytes: Buffer): Pasted {
  let start = 0;
  const content: {text?: string; html?: string; png?: string} = {};
  for (const {type, size} of items) {
    const part = bytes.subarray(start, start += size);
    if (type === 'image/png') content.png = part.toString('base64');
    else content[type === 'text/html' ? 'html' : 'text'] = part.toString();
  }
  return content;
}
