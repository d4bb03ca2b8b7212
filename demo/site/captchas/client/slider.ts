import {answer, followHeight, main, make, post, wordsFor} from './frame.js';
import {Recorder} from './recorder.js';

interface Puzzle {
  readonly id: string;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The margin around the drawn piece, in CSS pixels. */
const PIECE_MARGIN = 4;
/** The same at the top, where the knob is. */
const PIECE_TOP = 28;
const KEY_STEP_PX = 2;
const KEY_LEAP_PX = 16;
const NEXT_AFTER_MS = 1_200;

const recorder = new Recorder();
const board = make('img', {className: 'board', alt: 'A landscape with a piece missing', draggable: false});
const piece = make('img', {className: 'piece', alt: '', draggable: false});
const hint = make('span', {className: 'hint'}, 'Slide the piece into its place');
const handle = make('div', {className: 'handle', tabIndex: 0, role: 'slider', ariaLabel: 'Place of the puzzle piece', ariaValueMin: '0'});
const track = make('div', {className: 'track'}, hint, handle);
const note = make('p', {className: 'note', role: 'status'});
main().append(
  make('header', {}, make('strong', {}, 'Complete the picture'), make('span', {className: 'brand'}, 'doorbell')),
  make('div', {className: 'picture'}, board, piece), track, note,
);
followHeight();

let puzzle: Puzzle | undefined;
let x = 0;
let grabbedAt: number | undefined;

function moveTo(next: number): void {
  const most = puzzle ? puzzle.width - handle.offsetWidth : 0;
  x = Math.min(Math.max(next, 0), most);
  handle.style.translate = `${x}px 0`;
  piece.style.translate = `${x}px 0`;
  handle.ariaValueNow = String(Math.round(x));
  track.classList.toggle('moved', x > 0);
}

async function renew(): Promise<void> {
  const made = await post('/slider/puzzles');
  if (!isPuzzle(made)) throw new TypeError('There is no puzzle.');
  const path = `/slider/puzzles/${made.id}`;
  board.src = `${path}/board`;
  piece.src = `${path}/piece`;
  await Promise.all([board.decode(), piece.decode()]);
  piece.style.left = `${-PIECE_MARGIN}px`;
  piece.style.top = `${made.y - PIECE_TOP}px`;
  puzzle = made;
  handle.ariaValueMax = String(made.width - handle.offsetWidth);
  main().classList.add('ready');
  main().classList.remove('wrong', 'right');
  moveTo(0);
}

async function finish(): Promise<void> {
  const asked = puzzle;
  if (!asked) return;
  puzzle = undefined;
  const verdict = await answer('/slider/answer', {id: asked.id, x, evidence: recorder.evidence});
  main().classList.add(verdict.passed ? 'right' : 'wrong');
  note.textContent = verdict.passed ? 'Thank you.' : wordsFor(verdict);
  if (verdict.passed) return;
  recorder.restart();
  setTimeout(() => void renew(), NEXT_AFTER_MS);
}

handle.addEventListener('pointerdown', (event) => {
  if (event.button !== 0 || !event.isPrimary || !puzzle) return;
  handle.setPointerCapture(event.pointerId);
  grabbedAt = event.clientX - x;
});
handle.addEventListener('pointermove', (event) => {
  if (grabbedAt !== undefined) moveTo(event.clientX - grabbedAt);
});
handle.addEventListener('pointerup', () => {
  if (grabbedAt === undefined) return;
  grabbedAt = undefined;
  if (x > 0) void finish();
});
handle.addEventListener('lostpointercapture', () => {
  if (grabbedAt !== undefined) moveTo(0);
  grabbedAt = undefined;
});
handle.addEventListener('keydown', (event) => {
  const step = event.shiftKey ? KEY_LEAP_PX : KEY_STEP_PX;
  if (event.key === 'ArrowRight' || event.key === 'ArrowUp') moveTo(x + step);
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') moveTo(x - step);
  else if (event.key === 'Enter' && x > 0) void finish();
  else return;
  event.preventDefault();
});

function isPuzzle(value: unknown): value is Puzzle {
  return typeof value === 'object' && value !== null && 'id' in value && 'y' in value && 'width' in value;
}

await renew();
