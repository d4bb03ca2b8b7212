import type {Evidence, Trace} from './evidence.js';

/** Why an answer counts as a script's. */
export type Refusal =
  | 'nothing_happened' | 'untrusted_event' | 'impossible_time' | 'impossible_press' | 'click_from_nowhere' | 'pointer_jumped'
  | 'wrong_screen_place' | 'moves_like_a_machine';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A press: the events before it, the event itself, and those until the release. */
interface Press {
  readonly approach: readonly Trace[];
  readonly down: Trace;
  readonly drag: readonly Trace[];
  readonly up: Trace | undefined;
}

/** Events of different devices may be out of order by this much. */
const TIME_SLIP_MS = 100;
const APPROACH_MS = 3_000;
const APPROACH_POINTS = 3;
/** The longest last step before a press. A hand slows down before it presses. */
const LAST_STEP_PX = 90;
const SAME_PLACE_PX = 4;
const CLICK_AFTER_MS = 1_500;
const DRAG_POINTS = 8;
const DRAG_MS = 200;
/** The longest step of a drag, as a share of its length. */
const DRAG_STEP = 0.4;

/** Checks all events of the frame. Undefined if a person may have caused them. */
export function refusalOf({traces, maxTouchPoints}: Evidence): Refusal | undefined {
  if (traces.some(({isTrusted}) => !isTrusted)) return 'untrusted_event';
  if (traces.some(({timeMs}, index) => timeMs < (traces[index - 1]?.timeMs ?? 0) - TIME_SLIP_MS)) return 'impossible_time';
  const presses = pressesOf(traces);
  const keys = traces.filter(({type}) => type === 'key');
  if (presses.length === 0 && keys.length === 0) return traces.length === 0 ? 'nothing_happened' : 'click_from_nowhere';
  return presses.map((press) => refusalOfPress(press, maxTouchPoints)).find(Boolean)
    ?? traces.filter(({type}) => type === 'click').map((click) => refusalOfClick(click, presses, keys)).find(Boolean);
}

/** Checks the last drag, or the keys instead of a drag. */
export function refusalOfDrag(evidence: Evidence): Refusal | undefined {
  const press = pressesOf(evidence.traces).findLast(({drag}) => drag.length > 0);
  if (!press) return evidence.traces.some(({type, key}) => type === 'key' && key.startsWith('Arrow')) ? undefined : 'pointer_jumped';
  const way = [press.down, ...press.drag];
  const last = way.at(-1) ?? press.down;
  const steps = stepsOf(way);
  if (distinct(way) < DRAG_POINTS || last.timeMs - press.down.timeMs < DRAG_MS) return 'pointer_jumped';
  if (Math.max(...steps) > DRAG_STEP * distance(press.down, last)) return 'pointer_jumped';
  if (isUniform(steps)) return 'moves_like_a_machine';
  return undefined;
}

function pressesOf(traces: readonly Trace[]): Press[] {
  const presses: Press[] = [];
  let approach: Trace[] = [];
  let open: {approach: Trace[]; down: Trace; drag: Trace[]} | undefined;
  for (const trace of traces) {
    if (trace.type === 'down' && !open) open = {approach, down: trace, drag: []};
    else if (trace.type === 'move') (open?.drag ?? approach).push(trace);
    else if ((trace.type === 'up' || trace.type === 'cancel') && open) {
      presses.push({...open, up: trace});
      open = undefined;
      approach = [trace];
    }
  }
  return open ? [...presses, {...open, up: undefined}] : presses;
}

function refusalOfPress({approach, down, drag, up}: Press, maxTouchPoints: number): Refusal | undefined {
  const held = [down, ...drag];
  // Real devices set these members: a press has pressure, and a mouse that drags holds a button.
  if (held.some(({buttons, pressure}) => (buttons & 1) === 0 || pressure <= 0)) return 'impossible_press';
  if (down.pointer === 'touch' && maxTouchPoints === 0) return 'impossible_press';
  if (approach.some(({type, buttons}) => type === 'move' && buttons !== 0)) return 'impossible_press';
  const offsets = [...held, ...(up ? [up] : [])].map(({x, y, screenX, screenY}) => ({x: screenX - x, y: screenY - y}));
  const [first = {x: 0, y: 0}] = offsets;
  // In a frame that is not at the screen's corner, page and screen coordinates differ. In some synthetic events they are equal.
  if ((first.x === 0 && first.y === 0) || offsets.some((offset) => distance(offset, first) > SAME_PLACE_PX)) return 'wrong_screen_place';
  return down.pointer === 'touch' || hasComeByItself(approach, down) ? undefined : 'pointer_jumped';
}

/** Whether a mouse moved to the point where it pressed, and did not jump there. */
function hasComeByItself(approach: readonly Trace[], down: Trace): boolean {
  const way = approach.filter(({timeMs}) => down.timeMs - timeMs < APPROACH_MS);
  const last = approach.at(-1);
  if (!last || distance(last, down) > SAME_PLACE_PX) return false;
  const hasStayed = approach[0]?.type === 'up' && approach.every((point) => distance(point, down) <= SAME_PLACE_PX);
  return hasStayed || (distinct(way) >= APPROACH_POINTS && stepsOf(way.slice(-APPROACH_POINTS)).every((step) => step < LAST_STEP_PX));
}

function refusalOfClick(click: Trace, presses: readonly Press[], keys: readonly Trace[]): Refusal | undefined {
  const before = ({timeMs}: Trace) => timeMs <= click.timeMs + TIME_SLIP_MS && click.timeMs - timeMs < CLICK_AFTER_MS;
  const hasCause = click.detail === 0
    ? keys.some((key) => (key.key === 'Enter' || key.key === ' ') && before(key))
    : presses.some(({up}) => up !== undefined && before(up) && distance(up, click) <= SAME_PLACE_PX);
  return hasCause ? undefined : 'click_from_nowhere';
}

/** Whether all long steps are equal, which a hand's never are. */
function isUniform(steps: readonly number[]): boolean {
  const long = steps.filter((step) => step > 2);
  const mean = long.reduce((sum, step) => sum + step, 0) / long.length;
  return long.length >= DRAG_POINTS && long.every((step) => Math.abs(step - mean) < mean * 0.02);
}

function stepsOf(points: readonly Point[]): number[] {
  return points.slice(1).map((point, index) => distance(point, points[index] ?? point));
}

function distinct(points: readonly Point[]): number {
  return new Set(points.map(({x, y}) => `${x},${y}`)).size;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
