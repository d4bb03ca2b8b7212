/** A recorded event, with every member that has a plain value. */
export interface Recorded {
  readonly frame: string;
  readonly type: string;
  readonly target: string;
  readonly members: Readonly<Record<string, unknown>>;
}

const EVENTS = [
  'pointerover', 'pointerenter', 'pointerdown', 'pointermove', 'pointerrawupdate', 'pointerup', 'pointercancel', 'pointerout', 'pointerleave',
  'gotpointercapture', 'lostpointercapture', 'mousedown', 'mouseup', 'mousemove', 'mouseover', 'mouseout', 'mouseenter', 'mouseleave',
  'click', 'dblclick', 'auxclick', 'contextmenu', 'wheel', 'touchstart', 'touchmove', 'touchend', 'touchcancel',
  'keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'change', 'compositionstart', 'compositionupdate', 'compositionend',
  'copy', 'cut', 'paste', 'dragstart', 'drag', 'dragenter', 'dragleave', 'dragover', 'drop', 'dragend', 'selectstart', 'focus', 'blur', 'scroll', 'fullscreenchange', 'pointerlockchange',
  // Dispatched by tests. All events before it have been reported by then.
  'settled',
];

/** Runs in the page: reports its events to the server. */
function record(types: readonly string[], frame: string): void {
  const socket = new WebSocket(`ws://${location.host}/recording`);
  const waiting: string[] = [];
  const tell = (message: object) => {
    const text = JSON.stringify(message);
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    else waiting.push(text);
  };
  socket.addEventListener('open', () => {
    for (const text of waiting.splice(0)) socket.send(text);
  });
  // Painted, as far as a page can know, or not to be painted soon.
  addEventListener('load', () => {
    const ready = () => {
      clearTimeout(timer);
      tell({frame, type: 'ready', target: '', members: {}});
    };
    const timer = setTimeout(ready, 1_000);
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(ready)));
  });
  for (const type of types) addEventListener(type, (event) => tell({frame, type, target: nameOf(event.composedPath()[0]), members: membersOf(event)}), {capture: true, passive: true});

  function nameOf(target: unknown): string {
    return target instanceof Element ? target.id || target.localName : target === window ? 'window' : 'document';
  }

  function membersOf(event: Event): Record<string, unknown> {
    const members: Record<string, unknown> = plain(event);
    members['isTrusted'] = event.isTrusted;
    if ('relatedTarget' in event) members['relatedTarget'] = event.relatedTarget ? nameOf(event.relatedTarget) : null;
    for (const list of ['touches', 'targetTouches', 'changedTouches']) {
      const touches: unknown = Reflect.get(event, list);
      if (touches instanceof TouchList) members[list] = [...touches].map(plain);
    }
    if (event instanceof PointerEvent) {
      members['coalesced'] = event.getCoalescedEvents().map(({clientX, clientY, timeStamp, buttons, pressure}) => ({clientX, clientY, timeStamp, buttons, pressure}));
    }
    if (event instanceof KeyboardEvent || event instanceof MouseEvent) {
      members['modifierState'] = ['AltGraph', 'CapsLock', 'NumLock'].filter((key) => event.getModifierState(key)).join();
    }
    if (event instanceof ClipboardEvent) {
      members['text'] = event.clipboardData?.getData('text/plain') ?? '';
      members['types'] = event.clipboardData?.types.join(' ');
      members['html'] = event.clipboardData?.getData('text/html') ?? '';
    }
    if (event instanceof DragEvent) members['dropEffect'] = event.dataTransfer?.dropEffect;
    members['userActivation'] = navigator.userActivation.isActive;
    return members;
  }

  function plain(object: object): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (let level = Object.getPrototypeOf(object); level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
      for (const [name, {get}] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
        const value: unknown = get?.call(object);
        if (get && (value === null || typeof value !== 'object')) members[name] = value;
      }
    }
    return members;
  }
}

/** Makes a page dispatch `settled` once pending input has had its animation frames. */
export const SETTLE = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(dispatchEvent(new Event('settled')))))))`;

/** The script that makes a page a recording one. */
export function recorderScript(frame: string): string {
  // esbuild keeps functions' names with a helper, `__name`, which the page does not have.
  return `{const __name = (value) => value; (${record.toString()})(${JSON.stringify(EVENTS)}, ${JSON.stringify(frame)});}`;
}
