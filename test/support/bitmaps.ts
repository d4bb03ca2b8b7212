/** Counts the `ImageBitmap`s that this page creates from now on. */
export class BitmapCount {
  made = 0;
  /** Created and not closed yet. */
  live = 0;
  /** The most that were being decoded at the same time. */
  mostDecoding = 0;
  mostLive = 0;
  readonly #createImageBitmap = window.createImageBitmap;
  readonly #close = ImageBitmap.prototype.close;

  constructor() {
    let decoding = 0;
    const create = this.#createImageBitmap;
    const close = this.#close;
    const note = (change: number) => {
      this.live += change;
      this.mostLive = Math.max(this.mostLive, this.live);
    };
    window.createImageBitmap = async (...args: unknown[]): Promise<ImageBitmap> => {
      this.mostDecoding = Math.max(this.mostDecoding, ++decoding);
      try {
        const bitmap: ImageBitmap = await Reflect.apply(create, window, args);
        this.made++;
        note(1);
        return bitmap;
      } finally {
        decoding--;
      }
    };
    ImageBitmap.prototype.close = function closeCounted(this: ImageBitmap) {
      note(-1);
      close.call(this);
    };
  }

  stop(): void {
    window.createImageBitmap = this.#createImageBitmap;
    ImageBitmap.prototype.close = this.#close;
  }
}
