import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Recorded} from './recorder.js';
import {root} from './server-process.js';

/** Events that activate a page. The activation lasts five seconds, so whether later events have it depends on time. */
const ACTIVATING: ReadonlySet<string> = new Set(['mousedown', 'pointerup', 'keydown', 'click']);

/** The events and members whose differences are documented. */
export function documentedDifferences(): string[] {
  const text = readFileSync(join(root, 'demo/docs/input.md'), 'utf8');
  const section = text.split('### Differences that remain')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^|]+)` \|/gm)].flatMap(([, names = '']) => names.split('`, `'));
}

/** The differences between two recordings of the same actions, without those in `listed` members. */
export function differences(direct: readonly Recorded[], remote: readonly Recorded[], listed: ReadonlySet<string>): string[] {
  const kinds = (events: readonly Recorded[]) => events.map(({type, target}) => `${type} ${target}`).join(', ');
  if (kinds(direct) !== kinds(remote)) return [`order: ${kinds(direct)}\nand    ${kinds(remote)}`];
  return [...new Set(direct.flatMap(({type, members}, index) => Object.keys(members).flatMap((name) => {
    if (listed.has(name) || (name === 'userActivation' && !ACTIVATING.has(type))) return [];
    const [one, other] = [members[name], remote[index]?.members[name]].map((value) => JSON.stringify(changed(value, (inner, own) => listed.has(own) ? undefined : inner)));
    return one === other ? [] : [`${type} ${name}: ${one} ${other}`];
  })))];
}

/** A phone's events as if it were the first touch of a window without bars: pointer ids and screen coordinates count from those of each window. */
export function fromOwnStart(events: readonly Recorded[]): Recorded[] {
  const first = events.find(({type}) => type === 'pointerdown')?.members ?? {};
  const start = new Map([
    ['pointerId', Number(first['pointerId'])], ['screenX', Number(first['screenX']) - Number(first['clientX'])], ['screenY', Number(first['screenY']) - Number(first['clientY'])],
  ]);
  // Events without a position, such as `pointercancel`, have 0 in all coordinates.
  const count = (value: unknown, name: string) => typeof value === 'number' && value !== 0 ? value - (start.get(name) ?? 0) : value;
  return events.map(({members, ...event}) => ({...event, members: Object.fromEntries(Object.entries(members).map(([name, value]) => [name, changed(count(value, name), count)]))}));
}

/** Removes the documented events of a phone window's own pointer, which is over the page again some time after a scroll. */
export function withoutWindowPointer(events: readonly Recorded[]): Recorded[] {
  const isBack = (event: Recorded | undefined, next: Recorded | undefined) =>
    event?.type === 'mouseover' && event.target === 'body' && next?.type !== 'mousemove';
  return events.filter((event, index) => {
    const [next, afterNext] = events.slice(index + 1);
    return !isBack(event, next) && !(event.type === 'mouseout' && isBack(next, afterNext));
  });
}

/** Applies `change` to every member inside a value. */
function changed(value: unknown, change: (value: unknown, name: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => changed(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(change(inner, name), change)]));
}
