import {MAX_PATH_POINTS, type MouseMoveMessage, type PathPoint, type TouchMessage, type TouchPathPoint, type WheelMessage} from 'chaser-live-view/protocol';

/** What only says where something is by now: several of them are as good as one. */
export type Move = MouseMoveMessage | WheelMessage | (TouchMessage & {readonly event: 'move'});

export function isMove<Message extends {readonly type: string}>(message: Message): message is Message & Move {
  return message.type === 'wheel' || (message.type === 'mouse' || message.type === 'touch') && 'event' in message && message.event === 'move';
}

/**
 * Two moves, one right after the other, as one; undefined where they are not alike. `arrivalGapMs` is the time between their arrivals. Of
 * a path that gets too long, the oldest points go.
 */
export function mergeMoves(older: Move, newer: Move, arrivalGapMs: number): Move | undefined {
  if (older.modifiers !== newer.modifiers) return undefined;
  // The hand's own time, where it is known.
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
