import type {Size} from 'chaser-live-view/protocol';

/** Side of a block, in pixels. In a picture of one colour, one number describes a block. */
const BLOCK = 8;
/** With a quantization step of 8, a block's number is the difference of its colour from the middle grey. */
const STEP = 8;
const WHITE = 127;

/**
 * A white picture, as a baseline JPEG: the picture of a session without a page. It has one component and the shortest possible
 * Huffman tables (ITU T.81, annexes B and F): code 0 means "like the block before", code 10 announces the 7 bits of the first
 * block's number, and a 0 ends each block.
 */
export function blankJpeg({width, height}: Size): Buffer {
  const blocks = Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK);
  // The first block is 10, 1111111 and 0; each other block is 0 and 0.
  const bits = 10 + 2 * (blocks - 1);
  const scan = Buffer.alloc(Math.ceil(bits / 8));
  scan.writeUInt16BE((0b10_1111111_0 << 6), 0);
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xdb, 0, ...Array<number>(64).fill(STEP)),
    segment(0xc0, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0),
    segment(0xc4, 0x00, 1, 1, ...Array<number>(14).fill(0), 0, WHITE.toString(2).length),
    segment(0xc4, 0x10, 1, ...Array<number>(15).fill(0), 0),
    segment(0xda, 1, 1, 0x00, 0, 63, 0),
    scan,
    Buffer.of(0xff, 0xd9),
  ]);
}

function segment(marker: number, ...body: readonly number[]): Buffer {
  const length = body.length + 2;
  return Buffer.of(0xff, marker, length >> 8, length & 0xff, ...body);
}
