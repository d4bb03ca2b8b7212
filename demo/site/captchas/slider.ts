import {randomInt} from 'node:crypto';
import type {Point} from './picture.js';
import {between, hsl, png} from './draw.js';

/** The size of the board in CSS pixels. The piece starts at the board's left edge, at the gap's height, right above the handle. */
export const BOARD = {width: 340, height: 190} as const;
export const PIECE = 56;
/** The height of the knob on the piece's top. */
export const KNOB = 12;
const TOLERANCE_PX = 6;
/** Pictures have two pixels for each CSS pixel. */
const SCALE = 2;

export interface SliderPuzzle {
  readonly gap: Point;
  readonly board: Buffer;
  readonly piece: Buffer;
}

export async function makeSlider(): Promise<SliderPuzzle> {
  const gap = {x: randomInt(130, BOARD.width - PIECE - 12), y: randomInt(KNOB + 14, BOARD.height - PIECE - 14)};
  const scene = drawScene();
  const [board, piece] = await Promise.all([png(boardPicture(scene, gap)), png(piecePicture(scene, gap))]);
  return {gap, board, piece};
}

export function isSolved({gap}: SliderPuzzle, x: number): boolean {
  return Math.abs(x - gap.x) <= TOLERANCE_PX;
}

/** The outline of a piece whose body has its top left corner at x, y. It has a knob on top and a notch on the left. */
function outline({x, y}: Point): string {
  const middle = PIECE / 2;
  return `M${x} ${y}h${middle - 9}a${KNOB} ${KNOB} 0 1 1 18 0h${middle - 9}v${PIECE}h${-PIECE}v${9 - middle}a9 9 0 1 0 0 -18z`;
}

function boardPicture(scene: string, gap: Point): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${BOARD.width * SCALE}" height="${BOARD.height * SCALE}" viewBox="0 0 ${BOARD.width} ${BOARD.height}">
    ${scene}<path d="${outline(gap)}" fill="#0d1222" fill-opacity="0.78" stroke="#fff" stroke-opacity="0.85" stroke-width="1.5"/></svg>`;
}

function piecePicture(scene: string, gap: Point): string {
  const margin = 4;
  const height = PIECE + KNOB * 2 + margin * 2;
  const width = PIECE + margin * 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * SCALE}" height="${height * SCALE}"
    viewBox="${gap.x - margin} ${gap.y - KNOB * 2 - margin} ${width} ${height}">
    <defs><clipPath id="piece"><path d="${outline(gap)}"/></clipPath></defs>
    <path d="${outline({x: gap.x, y: gap.y + 1.5})}" fill="#000" fill-opacity="0.28" stroke="#000" stroke-opacity="0.2" stroke-width="3"/>
    <g clip-path="url(#piece)">${scene}</g><path d="${outline(gap)}" fill="none" stroke="#fff" stroke-width="2"/></svg>`;
}

/** Draws a random landscape in light colours, so that the gap is easy to see. */
function drawScene(): string {
  const {width, height} = BOARD;
  const hue = between(0, 360);
  const sky = `<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${hsl(hue, 75, 78)}"/><stop offset="1" stop-color="${hsl(hue + 50, 90, 90)}"/></linearGradient>`;
  const hills = [0, 1, 2, 3].map((row) => {
    const base = 84 + row * 27;
    const waves = between(1.2, 2.6);
    const phase = between(0, 6);
    const points = Array.from({length: 35}, (_, index) => `${index * 10} ${(base + Math.sin((index / 35) * waves * 6 + phase) * 14).toFixed(1)}`);
    return `<path d="M0 ${height}L${points.join('L')}L${width} ${height}z" fill="${hsl(hue + 110 + row * 22, 48 + row * 4, 74 - row * 3)}"/>`;
  });
  const clouds = Array.from({length: 4}, () => {
    const x = between(0, width);
    const y = between(14, 62);
    return `<g fill="#fff" fill-opacity="0.75"><ellipse cx="${x}" cy="${y}" rx="26" ry="8"/><ellipse cx="${x + 10}" cy="${y - 7}" rx="14" ry="9"/></g>`;
  });
  const trees = Array.from({length: 14}, () => {
    const x = between(0, width);
    const y = between(112, 186);
    const size = between(9, 17);
    return `<path d="M${x} ${y - size * 2.2}l${size * 0.8} ${size * 2}h${-size * 1.6}z" fill="${hsl(hue + 150, 45, between(64, 76))}" stroke="#fff" stroke-opacity="0.35"/>`;
  });
  const sun = `<circle cx="${between(30, width - 30)}" cy="${between(24, 60)}" r="19" fill="${hsl(48, 100, 86)}"/>`;
  return `<defs>${sky}</defs><rect width="${width}" height="${height}" fill="url(#sky)"/>${sun}${clouds.join('')}${hills.join('')}${trees.join('')}`;
}
