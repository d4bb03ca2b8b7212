import type {Verdict} from '../captcha-server.js';

const site = document.documentElement.dataset['site'] ?? '';

/** The texts for a refused answer. They do not say what exactly gave a script away. */
export const REFUSED = {
  wrong_answer: 'That was not right. Please try again.',
  expired: 'The captcha has expired. Here is a new one.',
  machine: 'That did not look like a person. Please try again.',
} as const;

export function main(): HTMLElement {
  const element = document.querySelector('main');
  if (!element) throw new Error('The frame has no main element.');
  return element;
}

/** Creates an element with a class and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, properties: Partial<HTMLElementTagNameMap[Tag]> = {}, ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export async function post(path: string, body: unknown = {}): Promise<unknown> {
  const response = await fetch(path, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)});
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  return response.json();
}

/** Sends an answer. If it passes, the token is posted to the site that shows this frame, and to no other. */
export async function answer(path: string, body: unknown): Promise<Verdict> {
  const verdict = await post(path, body);
  if (!isVerdict(verdict)) throw new TypeError(`${path} gave no verdict.`);
  if (verdict.passed) parent.postMessage({type: 'captcha', token: verdict.token}, site);
  return verdict;
}

/** The text for a verdict that is not a pass. */
export function wordsFor(verdict: Extract<Verdict, {passed: false}>): string {
  const {reason} = verdict;
  return reason === 'wrong_answer' || reason === 'expired' ? REFUSED[reason] : REFUSED.machine;
}

/** Tells the site the height of the content, so that it can resize the frame. */
export function followHeight(): void {
  const tell = () => parent.postMessage({type: 'captcha-height', height: Math.ceil(main().getBoundingClientRect().height)}, site);
  new ResizeObserver(tell).observe(main());
}

function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && 'passed' in value && typeof value.passed === 'boolean';
}
