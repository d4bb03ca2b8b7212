/** The compressed size of each part of the self-contained module, by the source map of the last build. */
import {readFileSync} from 'node:fs';
import {SourceMap} from 'node:module';
import {brotliCompressSync} from 'node:zlib';

const dist = new URL('../../dist/', import.meta.url);

/** The parts and their sources. The first part that matches a source has it. */
const PARTS: readonly (readonly [name: string, sources: RegExp])[] = [
  ['Lit', /node_modules/],
  ['the words in six languages', /ui\/texts/],
  ['the style sheet', /ui\/styles/],
  ['overlay, control bar, dialogs', /src\/ui\//],
  ['keys, input methods, clipboard', /input\/(key|held-key|us-key|text-sink|split-text|clipboard|paste|focus)/],
  ['mouse, pen, touch, wheel', /src\/input\//],
  ['reading JPEGs, painting', /stream\/(frame|jpeg|pieces|stats)/],
  ['connecting, reconnecting, tokens', /src\/stream\//],
  ['reading messages', /src\/protocol/],
  ['the element, its events and errors', /src\//],
];

export interface PartSize {
  readonly name: string;
  /** How much smaller the compressed file is without the part. */
  readonly brotliBytes: number;
}

/** The compressed size of a file of the build. */
export function brotliSize(file: string): number {
  return brotliCompressSync(readFileSync(new URL(file, dist))).length;
}

/** The parts, with how much smaller the file is without each. What two parts share counts for neither. */
export function partSizes(file = 'chaser-live-view.js'): readonly PartSize[] {
  const code = readFileSync(new URL(file, dist), 'utf8');
  const parts = partsOf(code, new SourceMap(JSON.parse(readFileSync(new URL(`${file}.map`, dist), 'utf8'))));
  return PARTS.map(([name]) => {
    const rest = code.split('').filter((_, at) => parts[at] !== name).join('');
    return {name, brotliBytes: brotliSize(file) - brotliCompressSync(rest).length};
  });
}

/** The part of each character of the code. */
function partsOf(code: string, map: SourceMap): readonly (string | undefined)[] {
  return code.split('\n').flatMap((line, row) => `${line}\n`.split('').map((_, column) => {
    const entry = map.findEntry(row, column);
    return 'originalSource' in entry ? PARTS.find(([, sources]) => sources.test(entry.originalSource))?.[0] : undefined;
  }));
}
