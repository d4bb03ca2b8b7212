const CODE = {quote: 0x22, slash: 0x2f, backslash: 0x5c, colon: 0x3a, comma: 0x2c, open: [0x7b, 0x5b], close: [0x7d, 0x5d]} as const;
/** Longer than any command's name. */
const MAX_NAME_LENGTH = 128;

/**
 * Reads the JSON of a command that is too large to be kept, as its bytes arrive: the outer names, and the value of `method`. The command
 * is unclear if two JSON parsers could read it differently.
 */
export class CommandScan {
  readonly #names = new Set<string>();
  #method: string | undefined;
  #isUnclear = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isName = true;
  #name = '';
  /** The characters of the current name, or of the method. Undefined in any other string. */
  #text: string | undefined;

  /** The command's name. Undefined until it has arrived. */
  get method(): string | undefined {
    return this.#method;
  }

  get isUnclear(): boolean {
    return this.#isUnclear;
  }

  read(bytes: Buffer): void {
    for (const code of bytes) {
      if (this.#isInString) this.#readInString(code);
      else this.#readBetween(code);
    }
  }

  #readInString(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (code === CODE.backslash) {
      this.#isEscaped = true;
      if (this.#text !== undefined) this.#isUnclear = true;
    } else if (code === CODE.quote) this.#endString();
    else if (this.#text !== undefined) {
      if (this.#text.length < MAX_NAME_LENGTH) this.#text += String.fromCharCode(code);
      else this.#isUnclear = true;
    }
  }

  #endString(): void {
    this.#isInString = false;
    const text = this.#text;
    if (text === undefined) return;
    if (!this.#isName) this.#method = text;
    else {
      if (this.#names.has(text)) this.#isUnclear = true;
      this.#names.add(text);
      this.#name = text;
    }
  }

  #readBetween(code: number): void {
    const isOutermost = this.#depth === 1;
    if (code === CODE.quote) {
      this.#isInString = true;
      this.#text = isOutermost && (this.#isName || this.#name === 'method') ? '' : undefined;
    } else if (code === CODE.open[0] || code === CODE.open[1]) this.#depth++;
    else if (code === CODE.close[0] || code === CODE.close[1]) this.#depth--;
    else if (code === CODE.colon && isOutermost) this.#isName = false;
    else if (code === CODE.comma && isOutermost) this.#isName = true;
    // Some parsers accept comments.
    else if (code === CODE.slash) this.#isUnclear = true;
  }
}
