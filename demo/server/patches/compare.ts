import type {Jpeg} from './jpeg.js';
import type {Changes} from './regions.js';
import type {Scan} from './scan.js';

/** A patch is not worth sending if more than this share of the compared data has changed. */
const MAX_CHANGED_SHARE = 2 / 3;
/** The changed share is taken of at least this much of a frame, because the top may be the only part of a page that moves. */
const MIN_SEEN_SHARE = 1 / 8;

/**
 * Which MCUs of a frame differ from those of another frame. Undefined if a patch is not possible or not worth sending: the frames have different
 * sizes or tables, one is damaged, or most has changed. Stops as soon as that is known, so that a scrolling page or a video costs little.
 */
export function compare(base: Scan, frame: Scan): Changes | undefined {
  const {columns, rows, dataBits} = frame.jpeg;
  if (!isAlike(base.jpeg, frame.jpeg)) return undefined;
  const changed = new Uint8Array(columns * rows);
  let changedBits = 0;
  for (let row = 0; row < rows; row++) {
    const [from, until] = [row * columns, (row + 1) * columns];
    if (!base.advance(until) || !frame.advance(until)) return undefined;
    for (let mcu = from; mcu < until; mcu++) {
      if (frame.hashes[mcu * 2] === base.hashes[mcu * 2] && frame.hashes[mcu * 2 + 1] === base.hashes[mcu * 2 + 1]) continue;
      changed[mcu] = 1;
      changedBits += (frame.starts[mcu + 1] ?? 0) - (frame.starts[mcu] ?? 0);
    }
    const seenBits = Math.max(frame.starts[until] ?? 0, dataBits * MIN_SEEN_SHARE);
    if (changedBits > seenBits * MAX_CHANGED_SHARE) return undefined;
  }
  return {columns, rows, changed};
}

function isAlike(one: Jpeg, other: Jpeg): boolean {
  return one.width === other.width && one.height === other.height
    && isSame(one.quantization, other.quantization) && isSame(one.components, other.components);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
