import 'altcha/external';
import {answer, followHeight, main, make, wordsFor} from './frame.js';
import {Recorder} from './recorder.js';

// The widget's types import this declaration without a file extension, so TypeScript does not find it.
declare const $altcha: {readonly algorithms: Map<string, () => Worker>};

const recorder = new Recorder();
$altcha.algorithms.set('PBKDF2/SHA-256', () => new Worker('/assets/pbkdf2.js', {type: 'module'}));

const widget = document.createElement('altcha-widget');
const note = make('p', {className: 'note', role: 'status'});
for (const [name, value] of Object.entries({challenge: '/altcha/challenge', auto: 'off', type: 'checkbox', language: 'en', workers: '2'})) {
  widget.setAttribute(name, value);
}
widget.addEventListener('verified', (event) => {
  if (event instanceof CustomEvent) void verify(event.detail);
});
main().append(widget, note);
followHeight();

async function verify(detail: unknown): Promise<void> {
  const payload = typeof detail === 'object' && detail !== null && 'payload' in detail ? detail.payload : undefined;
  const verdict = await answer('/altcha/answer', {payload, evidence: recorder.evidence});
  note.textContent = verdict.passed ? '' : wordsFor(verdict);
  if (verdict.passed) return;
  recorder.restart();
  widget.reset();
}
