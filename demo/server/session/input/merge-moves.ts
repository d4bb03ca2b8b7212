import {MAX_PATH_POINTS, type MouseMoveMessage, type PathPoint, type TouchMessage, type TouchPathPoint, type WheelMessage} from 'chaser-live-view/protocol';

/** Messages that only report a current position: several of them can be merged. */
export type Move = MouseMoveMessage | WheelMessage | (TouchMessage & {readonly event: 'move'});

export function isMove<Message extends {readonly type: string}>(message: Message): message is Message & Move {
  return message.type === 'wheel' || (message.type === 'mouse' || message.type === 'touch') && 'event' in message && message.event === 'move';
}

/**
 * Merges two consecutive moves. Returns undefined if they differ in kind. `arrivalGapMs` is the time between their arrivals. If
 * the path gets too long, the oldest points are dropped.
 */
export function mergeMoves(older: Move, newer: Move, arrivalGapMs: number): Move | undefined {
  if (older.modifiers !== newer.modifiers) return undefined;
  // The player's own time, if it is known.
  const gapMs = older.t === undefined || newer.t === undefined ? arrivalGapMs : Math.max(0, newer.t - older.t);
  if (older.type === 'wheel' && newer.type === 'wheel') {
    return {...newer, deltaX: older.deltaX + newer.deltaX, deltaY: older.deltaY + newer.deltaY};
  }
  if (older.type === 'mouse' && newer.type === 'mouse') {
    if (older.buttons !== newer.buttons) return undefined;
    const aged = (older.path ?? []).map(([x, y, ageMs]): PathPoint => [x, y, ageMs + gapMs]);
    const path: PathPoint[] = [...aged, [older.x, older.y, gapMs], ...newer.path ?? []];
    return {...newer, path: path.slice(-MAX_PATH_POINTS)};
  }
  if (older.type === 'touch' && newer.type === 'touch') {
    if (idsOf(older) !== idsOf(newer)) return undefined;
    const aged = (older.path ?? []).map(([id, x, y, ageMs]): TouchPathPoint => [id, x, y, ageMs + gapMs]);
    const path: TouchPathPoint[] = [...aged, ...older.points.map(({id, x, y}): TouchPathPoint => [id, x, y, gapMs]), ...newer.path ?? []];
    return {...newer, path: path.slice(-MAX_PATH_POINTS)};
  }
  return undefined;
}

function idsOf({points}: TouchMessage): string {
  return points.map(({id}) => id).sort().join(' ');
}
