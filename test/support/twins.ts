import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Recorded} from './recorder.js';
import {root} from './server-process.js';

/** What makes a page's activation: it lasts for five seconds, so that later events have it or not as time goes. */
const ACTIVATING: ReadonlySet<string> = new Set(['mousedown', 'pointerup', 'keydown', 'click']);

/** The events and members that differ by nature, each listed with its reason in the documentation. */
export function documentedDifferences(): string[] {
  const text = readFileSync(join(root, 'demo/docs/input.md'), 'utf8');
  const section = text.split('### Differences that remain')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^|]+)` \|/gm)].flatMap(([, names = '']) => names.split('`, `'));
}

/** What tells two recordings of the same script apart, beside the members that are `listed`. */
export function differences(direct: readonly Recorded[], remote: readonly Recorded[], listed: ReadonlySet<string>): string[] {
  const kinds = (events: readonly Recorded[]) => events.map(({type, target}) => `${type} ${target}`).join(', ');
  if (kinds(direct) !== kinds(remote)) return [`order: ${kinds(direct)}\nand    ${kinds(remote)}`];
  return [...new Set(direct.flatMap(({type, members}, index) => Object.keys(members).flatMap((name) => {
    if (listed.has(name) || (name === 'userActivation' && !ACTIVATING.has(type))) return [];
    const [one, other] = [members[name], remote[index]?.members[name]].map((value) => JSON.stringify(changed(value, (inner, own) => listed.has(own) ? undefined : inner)));
    return one === other ? [] : [`${type} ${name}: ${one} ${other}`];
  })))];
}

/** A phone's events as if no finger had come before, and its window had no bars: how many, and which, are each window's own. */
export function fromOwnStart(events: readonly Recorded[]): Recorded[] {
  const first = events.find(({type}) => type === 'pointerdown')?.members ?? {};
  const start = new Map([
    ['pointerId', Number(first['pointerId'])], ['screenX', Number(first['screenX']) - Number(first['clientX'])], ['screenY', Number(first['screenY']) - Number(first['clientY'])],
  ]);
  // An event without a place, as `pointercancel` is, is at 0 everywhere.
  const count = (value: unknown, name: string) => typeof value === 'number' && value !== 0 ? value - (start.get(name) ?? 0) : value;
  return events.map(({members, ...event}) => ({...event, members: Object.fromEntries(Object.entries(members).map(([name, value]) => [name, changed(count(value, name), count)]))}));
}

/** After a scroll a phone's window has its own pointer over the page again, sooner or later: the documentation says so. */
export function withoutWindowPointer(events: readonly Recorded[]): Recorded[] {
  const isBack = (event: Recorded | undefined, next: Recorded | undefined) =>
    event?.type === 'mouseover' && event.target === 'body' && next?.type !== 'mousemove';
  return events.filter((event, index) => {
    const [next, afterNext] = events.slice(index + 1);
    return !isBack(event, next) && !(event.type === 'mouseout' && isBack(next, afterNext));
  });
}

/** A value with every member inside it changed. */
function changed(value: unknown, change: (value: unknown, name: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => changed(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(change(inner, name), change)]));
}
