import type {Evidence, Trace} from '../evidence.js';

const MAX_TRACES = 6_000;
const POINTER_TYPES: Readonly<Partial<Record<string, Trace['type']>>> = {
  pointermove: 'move', pointerdown: 'down', pointerup: 'up', pointercancel: 'cancel',
};

/** Records every pointer and key event of this frame, coalesced ones included. */
export class Recorder {
  #traces: Trace[] = [];

  constructor() {
    for (const type of Object.keys(POINTER_TYPES)) window.addEventListener(type, (event) => this.#onPointer(event), {capture: true, passive: true});
    window.addEventListener('click', (event) => this.#add(traceOf('click', event)), {capture: true});
    window.addEventListener('keydown', (event) => this.#add({...traceOf('key', event), key: event.key.slice(0, 20)}), {capture: true});
  }

  get evidence(): Evidence {
    return {traces: this.#traces, maxTouchPoints: navigator.maxTouchPoints};
  }

  /** Starts a new recording. Keeps the point of the last release, because the next press may be there. */
  restart(): void {
    this.#traces = this.#traces.filter(({type, isTrusted}) => type === 'up' && isTrusted).slice(-1);
  }

  #onPointer(event: Event): void {
    const type = POINTER_TYPES[event.type];
    if (!(event instanceof PointerEvent) || !type || !event.isPrimary) return;
    const between = event.type === 'pointermove' ? event.getCoalescedEvents() : [];
    for (const one of between.length > 0 ? between : [event]) this.#add(traceOf(type, one, event.isTrusted));
  }

  #add(trace: Trace): void {
    this.#traces.push(trace);
    if (this.#traces.length > MAX_TRACES) this.#traces.splice(0, MAX_TRACES / 2);
  }
}

function traceOf(type: Trace['type'], event: Event, isTrusted = event.isTrusted): Trace {
  const mouse = event instanceof MouseEvent ? event : undefined;
  const pointer = event instanceof PointerEvent && type !== 'click' ? event : undefined;
  return {
    type, isTrusted, timeMs: event.timeStamp,
    x: mouse?.clientX ?? 0, y: mouse?.clientY ?? 0, screenX: mouse?.screenX ?? 0, screenY: mouse?.screenY ?? 0,
    buttons: mouse?.buttons ?? 0, pressure: pointer?.pressure ?? 0, pointer: pointer?.pointerType ?? '', detail: mouse?.detail ?? 0, key: '',
  };
}
