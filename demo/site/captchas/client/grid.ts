import {answer, followHeight, main, make, post, wordsFor} from './frame.js';
import {Recorder} from './recorder.js';

interface Puzzle {
  readonly id: string;
  readonly thing: string;
}

const TILES = 9;
const NEXT_AFTER_MS = 1_200;

const recorder = new Recorder();
const thing = make('strong');
const sample = make('img', {alt: '', className: 'sample', draggable: false});
const tiles = Array.from({length: TILES}, (_, index) => {
  const picture = make('img', {alt: '', draggable: false});
  const tile = make('button', {type: 'button', className: 'tile', ariaPressed: 'false', ariaLabel: `Picture ${index + 1} of ${TILES}`}, picture);
  tile.addEventListener('click', () => {
    tile.ariaPressed = String(tile.ariaPressed !== 'true');
    verify.disabled = chosen().length === 0;
  });
  return {tile, picture};
});
const note = make('p', {className: 'note', role: 'status'});
const verify = make('button', {type: 'button', className: 'verify', disabled: true}, 'Verify');
main().append(
  make('header', {}, make('div', {}, make('span', {}, 'Choose every picture with'), thing), sample),
  make('div', {className: 'tiles', role: 'group', ariaLabel: 'Pictures'}, ...tiles.map(({tile}) => tile)),
  make('footer', {}, make('span', {className: 'brand'}, 'doorbell'), note, verify),
);
followHeight();

let puzzle: Puzzle | undefined;

function chosen(): number[] {
  return tiles.flatMap(({tile}, index) => tile.ariaPressed === 'true' ? [index] : []);
}

async function renew(): Promise<void> {
  const made = await post('/grid/puzzles');
  if (!isPuzzle(made)) throw new TypeError('There is no puzzle.');
  const path = `/grid/puzzles/${made.id}`;
  sample.src = `${path}/sample`;
  for (const [index, {tile, picture}] of tiles.entries()) {
    picture.src = `${path}/${index}`;
    tile.ariaPressed = 'false';
  }
  await Promise.all([sample, ...tiles.map(({picture}) => picture)].map((picture) => picture.decode()));
  thing.textContent = `a ${made.thing}`.replace(/^a (?=[aeiou])/, 'an ');
  verify.disabled = true;
  puzzle = made;
  main().classList.add('ready');
  main().classList.remove('wrong', 'right');
}

verify.addEventListener('click', async () => {
  const asked = puzzle;
  if (!asked) return;
  puzzle = undefined;
  verify.disabled = true;
  const verdict = await answer('/grid/answer', {id: asked.id, chosen: chosen(), evidence: recorder.evidence});
  main().classList.add(verdict.passed ? 'right' : 'wrong');
  note.textContent = verdict.passed ? 'Thank you.' : wordsFor(verdict);
  if (verdict.passed) return;
  recorder.restart();
  setTimeout(() => void renew(), NEXT_AFTER_MS);
});

function isPuzzle(value: unknown): value is Puzzle {
  return typeof value === 'object' && value !== null && 'id' in value && 'thing' in value;
}

await renew();
