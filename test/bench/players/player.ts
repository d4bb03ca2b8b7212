/** A viewer under test, in its page. */
export interface Player {
  /** Starts to take frames from a feeder's address; resolves at once. */
  start(address: string): void;
  /** How many frames the player is done with: decoded and drawn, or given to the browser to draw. */
  readonly painted: number;
  /** The canvas or image that shows the picture, to read its pixels. */
  readonly picture: CanvasImageSource | undefined;
  /** Stops, and forgets what it can. */
  stop(): void;
}

declare global {
  interface Window {
    player: Player;
    /** How many animation frames had a new picture to show, since `countShown` was called. */
    shown: number;
    countShown: () => void;
    /** The number in the picture that is shown now; -1 while there is none. */
    readNumber: (bits: number, sidePx: number) => number;
    /** The numbers of the next pictures, each with the moment at which it was first seen. */
    watchNumbers: (bits: number, sidePx: number, count: number) => Promise<{number: number; atEpochMs: number}[]>;
  }
}

/** Makes a player the page's. */
export function offer(player: Player): void {
  const startedAtMs = performance.getEntriesByType('resource').find(({name}) => name.includes('/player/'))?.startTime ?? NaN;
  let firstPaintMs = NaN;
  window.player = player;
  window.firstPaintMs = () => firstPaintMs;
  // Looked at as often as the page is painted, which is how often a person could see it.
  const look = () => {
    if (player.painted > 0) firstPaintMs = performance.now() - startedAtMs;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.shown = 0;
  window.countShown = () => {
    let last = player.painted;
    const count = () => {
      if (player.painted !== last) window.shown++;
      last = player.painted;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  };
  window.readNumber = (bits, sidePx) => {
    const {picture} = player;
    if (!picture || (picture instanceof HTMLCanvasElement && picture.width === 0)) return -1;
    const canvas = new OffscreenCanvas(bits * sidePx, sidePx);
    const context = canvas.getContext('2d', {willReadFrequently: true});
    if (!context) return -1;
    context.drawImage(picture, 0, 0);
    let number = 0;
    for (let bit = 0; bit < bits; bit++) {
      const [red = 0] = context.getImageData((bit + 0.5) * sidePx, sidePx / 2, 1, 1).data;
      if (red > 128) number |= 1 << bit;
    }
    return number;
  };
  window.watchNumbers = (bits, sidePx, count) => new Promise((resolve) => {
    const seen: {number: number; atEpochMs: number}[] = [];
    const lookAgain = () => {
      const number = window.readNumber(bits, sidePx);
      if (number >= 0 && number !== seen.at(-1)?.number) seen.push({number, atEpochMs: performance.timeOrigin + performance.now()});
      if (seen.length < count) requestAnimationFrame(lookAgain);
      else resolve(seen);
    };
    lookAgain();
  });
}
