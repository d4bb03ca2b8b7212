import type {ChaserLiveView} from 'chaser-live-view';
import type {Progress, RunState} from '../../automation.js';
import {messageOf, post, query} from './page.js';

const WORDS: Readonly<Record<RunState, string>> = {
  starting: 'Starting a browser…',
  working: 'The script is at work.',
  waiting: 'Your turn: solve the captcha in the picture.',
  done: 'Order placed.',
  failed: 'The script has stopped.',
};
const STATES = Object.keys(WORDS);

const stage = query<HTMLElement>('.stage');
const view = query<ChaserLiveView>('chaser-live-view');
const status = query<HTMLElement>('#status');
const again = query<HTMLButtonElement>('#again');
const steps = [...document.querySelectorAll('#steps > li')];
let run: {readonly path: string; readonly events: EventSource} | undefined;

async function start(): Promise<void> {
  stop();
  again.hidden = true;
  show({state: 'starting', stepsDone: 0, result: ''});
  const {captcha, profile} = stage.dataset;
  try {
    const {id} = await post('/demo/runs', {captcha, profile});
    const path = `/demo/runs/${String(id)}`;
    view.tokenEndpoint = `${path}/preview-token`;
    const events = new EventSource(`${path}/events`);
    run = {path, events};
    events.addEventListener('message', ({data}) => {
      const progress: unknown = JSON.parse(String(data));
      if (isProgress(progress)) show(progress);
    });
  } catch (error) {
    show({state: 'failed', stepsDone: 0, result: messageOf(error)});
  }
}

/** Ends the session at once, so that nobody waits for its browser. */
function stop(): void {
  run?.events.close();
  if (run) navigator.sendBeacon(`${run.path}/end`);
  run = undefined;
}

function show({state, stepsDone, result}: Progress): void {
  status.dataset['state'] = state;
  status.textContent = state === 'done' ? `Order ${result} placed. The script did the rest by itself.` : state === 'failed' ? `${WORDS.failed} ${result}` : WORDS[state];
  for (const [index, step] of steps.entries()) {
    step.className = index < stepsDone ? 'done' : index > stepsDone || state === 'starting' ? '' : state;
    if (index === stepsDone && state !== 'starting') step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
  }
  stage.classList.toggle('waiting', state === 'waiting');
  again.hidden = state !== 'done' && state !== 'failed';
}

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'state' in value && STATES.includes(String(value.state)) && 'stepsDone' in value && 'result' in value;
}

view.addEventListener('statechange', ({state}) => {
  // The session is over: its time is up, this visitor has opened another tab, or the browser is gone.
  if (state !== 'ended' || !run) return;
  run.events.close();
  if (status.dataset['state'] !== 'done') show({state: 'failed', stepsDone: steps.length, result: 'The session is over.'});
});
again.addEventListener('click', () => void start());
window.addEventListener('pagehide', stop);
window.addEventListener('pageshow', ({persisted}) => {
  if (persisted) void start();
});
await start();
