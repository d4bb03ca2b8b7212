import {randomInt} from 'node:crypto';
import {between, hsl, png} from './draw.js';

export const GRID_TILES = 9;
/** The side of a tile in CSS pixels. */
const TILE_PX = 104;
const SCALE = 2;

/** The things that a captcha may ask for. Each is drawn around 0, 0, within 40 units, in its own colour. */
const THINGS = {
  'sailing boat': '<path d="M-32 14h64l-12 18h-40z" fill="#c81e3a"/><path d="M-2 -38v46h-28z" fill="#e8324f"/><path d="M4 -30v38h24z" fill="#d6203f"/>',
  tree: '<rect x="-6" y="12" width="12" height="26" fill="#2d7a32"/><circle cy="-10" r="26" fill="#2e9e3c"/><circle cx="-18" cy="6" r="15" fill="#2a8f37"/><circle cx="18" cy="6" r="15" fill="#35ab44"/>',
  'coffee cup': '<path d="M-30 -16h48v30a16 16 0 0 1 -16 16h-16a16 16 0 0 1 -16 -16z" fill="#1668d8"/><path d="M18 -8h8a11 11 0 0 1 0 22h-8" fill="none" stroke="#1668d8" stroke-width="7"/><path d="M-16 -24q-6 -7 0 -14M0 -24q-6 -7 0 -14" stroke="#2f7ee6" stroke-width="4" fill="none"/>',
  sunflower: `${Array.from({length: 10}, (_, index) => `<ellipse cy="-25" rx="8" ry="15" fill="#f5b800" transform="rotate(${index * 36})"/>`).join('')}<circle r="14" fill="#c98a00"/>`,
  umbrella: '<path d="M-38 4a38 38 0 0 1 76 0q-9 -9 -19 0q-9 -9 -19 0q-9 -9 -19 0q-10 -9 -19 0z" fill="#8b2fc9"/><path d="M0 2v24a8 8 0 0 1 -16 0" fill="none" stroke="#7a25b3" stroke-width="5"/>',
} as const;

type Thing = keyof typeof THINGS;

export interface GridPuzzle {
  readonly thing: Thing;
  /** The indexes of the tiles that show the thing, by rows from 0. */
  readonly answer: readonly number[];
  readonly sample: Buffer;
  readonly tiles: readonly Buffer[];
}

export async function makeGrid(): Promise<GridPuzzle> {
  const things = keysOf(THINGS);
  const thing = things[randomInt(things.length)] ?? 'tree';
  const others = things.filter((other) => other !== thing);
  const answer = shuffled(Array.from({length: GRID_TILES}, (_, index) => index)).slice(0, randomInt(3, 5)).sort();
  const shown = Array.from({length: GRID_TILES}, (_, index) => answer.includes(index) ? thing : others[randomInt(others.length)] ?? thing);
  const [sample, ...tiles] = await Promise.all([png(drawSample(thing)), ...shown.map((one) => png(drawTile(one)))]);
  return {thing, answer, sample: sample ?? Buffer.alloc(0), tiles};
}

export function isRight({answer}: GridPuzzle, chosen: readonly number[]): boolean {
  return new Set(chosen).size === answer.length && answer.every((index) => chosen.includes(index));
}

function drawSample(thing: Thing): string {
  return svg(`<rect x="-50" y="-50" width="100" height="100" fill="#fff"/>${THINGS[thing]}`);
}

/** Draws the thing at a random place and angle on a pale background. */
function drawTile(thing: Thing): string {
  const hue = between(0, 360);
  const back = `<rect x="-50" y="-50" width="100" height="100" fill="${hsl(hue, 22, 90)}"/><path d="M-50 ${between(5, 25)}Q${between(-20, 20)} ${between(-5, 30)} 50 ${between(5, 25)}V50H-50z" fill="${hsl(hue + 40, 18, 84)}"/>`;
  const specks = Array.from({length: 7}, () => `<circle cx="${between(-50, 50)}" cy="${between(-50, 50)}" r="${between(3, 10)}" fill="#fff" fill-opacity="0.5"/>`);
  const place = `translate(${between(-9, 9)} ${between(-8, 8)}) rotate(${between(-16, 16)}) scale(${between(0.85, 1.1)})`;
  return svg(`${back}${specks.join('')}<g transform="${place}">${THINGS[thing]}</g>`);
}

function svg(content: string): string {
  const size = TILE_PX * SCALE;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="-50 -50 100 100">${content}</svg>`;
}

function shuffled(numbers: readonly number[]): number[] {
  const left = [...numbers];
  return numbers.flatMap(() => left.splice(randomInt(left.length), 1));
}

function keysOf<Key extends string>(object: Record<Key, unknown>): Key[] {
  return Object.keys(object) as Key[];
}
