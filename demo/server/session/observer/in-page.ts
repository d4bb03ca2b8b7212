/**
 * Runs in each document of a session, in an isolated world that the page's scripts can neither see nor notice.
 * It reports what no screencast shows, and answers the server's questions. `chaserObserver` is a global of that
 * world alone. `observer.ts` compiles this file and injects it.
 */
import type {SelectOption} from 'chaser-live-view/protocol';
import type {DocumentObserver, Report} from './report.js';

declare global {
  var chaserObserver: DocumentObserver | undefined;

  interface Permissions {
    /** TypeScript knows fewer names than browsers do. */
    query(descriptor: {readonly name: string; readonly sysex?: boolean}): Promise<PermissionStatus>;
  }
}

const CURSOR_DELAY_MS = 40;
const OPEN_CHECK_MS = 100;
/** How often to check where the focused field is. A page may move it in many ways, and no event reports that. */
const PLACE_CHECK_MS = 250;
/** What has happened while nobody asked: a hand is not faster. */
const MAX_EVENTS = 20;
/** How long the documents prevent scrolling after a wheel with Control. */
const HOLD_ZOOM_MS = 1_000;
const UNSEEN_MS = 100;
const MAX_OPTIONS = 2_000;
/** UTF-16 units of all options together, because their message has at most 1 MiB. */
const MAX_OPTIONS_LENGTH = 200_000;
const MAX_LABEL_LENGTH = 300;

const INPUT_MODES: Readonly<Partial<Record<string, string>>> = {
  text: '', search: 'search', email: 'email', url: 'url', tel: 'tel', password: '', number: 'decimal',
  // Their pickers are not in the picture; their fields accept digits.
  date: 'numeric', 'datetime-local': 'numeric', month: 'numeric', time: 'numeric', week: 'numeric',
};

/** What a page asks a person for. */
const PERMISSIONS: readonly string[] = [
  'geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'window-management', 'local-fonts', 'idle-detection',
  'local-network-access', 'local-network', 'loopback-network',
];

// A window's first, empty document passes its global on to the next document.
if (globalThis.chaserObserver?.document !== document) globalThis.chaserObserver = observe();

function observe(): DocumentObserver {
  const last = new Map<Report['kind'], Report>();
  const waiting = new Map<Report['kind'], Report>();
  /** Things that have happened, each reported once. `waiting` has the current state instead. */
  let events: Report[] = [];
  let deliver: ((reports: readonly Report[]) => void) | undefined;
  const flush = () => {
    if (!deliver || waiting.size + events.length === 0) return;
    deliver([...waiting.values(), ...events]);
    deliver = undefined;
    waiting.clear();
    events = [];
  };
  const tell = (event: Report) => {
    events = [...events, event].slice(-MAX_EVENTS);
    flush();
  };
  const report = (message: Report) => {
    last.set(message.kind, message);
    waiting.set(message.kind, message);
    flush();
  };
  if (self === top) observeTitle(report);
  observeCursor(report);
  observeFocus(report);
  observeRefusals(report);
  observeCaptures(report);
  observeKeys(tell);
  listen(['pointerdown'], () => tell({kind: 'press'}));
  return {
    document,
    escape,
    holdZoom,
    field: focusedField,
    next: (isFirst) => new Promise((resolve) => {
      if (isFirst) for (const [kind, message] of last) waiting.set(kind, message);
      deliver = resolve;
      flush();
    }),
    ...observePickers(tell),
    ...observeSelects(report),
  };
}

type Tell = (message: Report) => void;

/** Listens without ever keeping an event from the page or delaying its scrolling. */
function listen(types: readonly string[], listener: (event: Event) => void): void {
  for (const type of types) addEventListener(type, listener, {capture: true, passive: true});
}

function observeTitle(report: Tell): void {
  const tell = () => report({kind: 'title', title: document.title.slice(0, MAX_LABEL_LENGTH)});
  const start = () => {
    tell();
    new MutationObserver(tell).observe(document.head, {childList: true, subtree: true, characterData: true});
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, {once: true});
  else start();
}

function observeCursor(report: Tell): void {
  let last: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let point: {target: Element; x: number; y: number} | undefined;
  const look = () => {
    timer = undefined;
    // A frame's own observer reports for it.
    if (!point?.target.isConnected || point.target instanceof HTMLIFrameElement) return;
    const cursor = cursorAt(point.target, point.x, point.y);
    if (cursor !== last) report({kind: 'cursor', cursor});
    last = cursor;
  };
  listen(['mousemove', 'mouseover', 'mouseup'], (event) => {
    const [target] = event.composedPath();
    if (!(event instanceof MouseEvent) || !(target instanceof Element)) return;
    point = {target, x: event.clientX, y: event.clientY};
    timer ??= setTimeout(look, CURSOR_DELAY_MS);
  });
  listen(['mouseout'], (event) => {
    const to = event instanceof MouseEvent ? event.relatedTarget : null;
    if (to === null || to instanceof HTMLIFrameElement) last = point = undefined;
  });
}

function cursorAt(target: Element, x: number, y: number): string {
  const style = getComputedStyle(target);
  const cursor = style.cursor.split(',').at(-1)?.trim() ?? 'auto';
  if (cursor !== 'auto') return cursor;
  return style.userSelect !== 'none' && (isEditable(target) || isOverText(x, y)) ? 'text' : 'default';
}

function isOverText(x: number, y: number): boolean {
  // Exists in every Chromium, unlike the standard `caretPositionFromPoint`.
  const caret = document.caretRangeFromPoint(x, y);
  if (caret?.startContainer.nodeType !== Node.TEXT_NODE) return false;
  const range = document.createRange();
  range.selectNodeContents(caret.startContainer);
  return [...range.getClientRects()].some(({left, right, top, bottom}) => x >= left && x < right && y >= top && y < bottom);
}

/** The focused element, in any open shadow tree. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function isEditable(element: Element): boolean {
  if (element instanceof HTMLInputElement) return element.type in INPUT_MODES && !element.readOnly && !element.disabled;
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  return document.designMode === 'on' || (element instanceof HTMLElement && element.isContentEditable);
}

/** The focused element, if this document has the focus. A frame's document keeps its focused element while the focus is elsewhere. */
function focusedHere(): Element | undefined {
  return document.hasFocus() ? focused() ?? undefined : undefined;
}

function focusedField(): Element | undefined {
  const element = focusedHere();
  return element && isEditable(element) ? element : undefined;
}

function observeFocus(report: Tell): void {
  let last = '';
  const follow = followFocus(report);
  const look = () => {
    const editable = focusedField();
    const inputmode = editable instanceof HTMLElement && editable.inputMode
      || (editable instanceof HTMLInputElement && INPUT_MODES[editable.type]) || '';
    const state = `${editable !== undefined} ${inputmode}`;
    if (state !== last) report({kind: 'focus', isEditable: editable !== undefined, inputmode});
    last = state;
    follow();
  };
  // Some elements lose the focus without an event: they are removed, or become read-only.
  listen(['focus', 'blur', 'focusin', 'focusout', 'mouseup', 'keyup'], () => setTimeout(look));
  look();
}

/** Reports when the focused element moves. Checks regularly while a field or a frame has the focus. */
function followFocus(report: Tell): () => void {
  let place = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => {
    clearTimeout(timer);
    const element = focusedHere();
    const isFollowed = element && (element instanceof HTMLIFrameElement || isEditable(element));
    const {x, y, width, height} = isFollowed ? element.getBoundingClientRect() : new DOMRect();
    const now = [x, y, width, height].map(Math.round).join();
    if (isFollowed && now !== place) report({kind: 'moved'});
    place = now;
    if (isFollowed) timer = setTimeout(follow, PLACE_CHECK_MS);
  };
  return follow;
}

/** A headless browser denies permissions by itself, for good. Only a listener to the permission's state learns of that. */
function observeRefusals(report: Tell): void {
  for (const name of PERMISSIONS) {
    // An insecure page has no permissions, and nothing to listen to.
    // Of music instruments it tells only who looks at all that there is to them.
    void Promise.resolve(navigator.permissions?.query({name, sysex: true})).then((status) => status?.addEventListener('change', () => {
      if (status.state === 'denied') report({kind: 'refusal', permission: name, origin: location.origin});
    }), () => {});
  }
}

function observeCaptures(report: Tell): void {
  const tell = () => report({kind: 'capture', isCaptor: document.fullscreenElement !== null || document.pointerLockElement !== null});
  listen(['fullscreenchange', 'pointerlockchange'], tell);
  if (document.fullscreenElement) tell();
}

function escape(): void {
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
  document.exitPointerLock();
}

/** F5, R, the left and right arrow keys, and the keyboard keys with the same meaning. */
const BROWSER_KEYS: ReadonlySet<number> = new Set([116, 82, 37, 39, 166, 167, 168]);

function observeKeys(tell: Tell): void {
  listen(['keydown'], (event) => {
    if (!(event instanceof KeyboardEvent) || !BROWSER_KEYS.has(event.keyCode)) return;
    // After all of the page's listeners.
    setTimeout(() => {
      if (!event.defaultPrevented) tell({kind: 'key', keyCode: event.keyCode});
    });
  });
}

function observePickers(tell: Tell): Pick<DocumentObserver, 'isPickerOpen'> {
  let open: HTMLInputElement | undefined;
  listen(['click', 'keydown'], (event) => {
    const [target] = event.composedPath();
    // A picker opens after all listeners of the event have run. One of colors opens later still: an Escape would be the page's.
    setTimeout(() => {
      const field = [target, focused(), document.querySelector('input:open')].find((each) => each instanceof HTMLInputElement && each.matches(':open') && each.type !== 'color');
      if (field && field !== open) tell({kind: 'picker'});
      open = field instanceof HTMLInputElement ? field : undefined;
    });
  });
  return {
    isPickerOpen: () => {
      // One that is closed is reported when it opens again.
      if (!open?.matches(':open')) open = undefined;
      return open !== undefined;
    },
  };
}

let heldUntilMs = 0;

function preventZoom(event: WheelEvent): void {
  if (event.ctrlKey) event.preventDefault();
}

/**
 * In a browser, a wheel with Control zooms. One sent by CDP scrolls, unless it is prevented. A listener that may prevent it exists
 * only around such wheels, because with one the page's own wheel events differ, and its scrolling waits for them.
 */
function holdZoom(): Promise<void> {
  const isHeld = heldUntilMs > performance.now();
  heldUntilMs = performance.now() + HOLD_ZOOM_MS;
  if (isHeld) return Promise.resolve();
  // The last listener, so that the page's own listeners see the event unchanged.
  addEventListener('wheel', preventZoom, {passive: false});
  const release = () => {
    const leftMs = heldUntilMs - performance.now();
    if (leftMs > 0) setTimeout(release, leftMs);
    else removeEventListener('wheel', preventZoom);
  };
  setTimeout(release, HOLD_ZOOM_MS);
  // What scrolls asks the page only once a frame has said that it may prevent something.
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
    // A frame that is not visible does not paint.
    setTimeout(resolve, UNSEEN_MS);
  });
}

function observeSelects(report: Tell): Pick<DocumentObserver, 'select' | 'steps'> {
  let open: HTMLSelectElement | undefined;
  let indices = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearInterval(timer);
    open = undefined;
    report({kind: 'select', options: undefined, origin: ''});
  };
  const show = (select: HTMLSelectElement) => {
    open = select;
    const {options, indexOf} = readSelect(select);
    indices = indexOf;
    report({kind: 'select', options, origin: self.origin === 'null' ? '' : self.origin});
    clearInterval(timer);
    timer = setInterval(() => {
      if (!isOpen(select)) close();
    }, OPEN_CHECK_MS);
  };
  listen(['mousedown', 'click', 'keydown', 'keyup'], (event) => {
    const [target] = event.composedPath();
    // The list opens after all listeners have run.
    setTimeout(() => {
      const select = [target, focused(), document.querySelector('select:open')].find(isOpen);
      if (select && select !== open) show(select);
      else if (!select && open) close();
    });
  });
  return {
    select: () => open && isOpen(open) ? open : undefined,
    steps: (value) => open && isOpen(open) ? stepsTo(open, indices.get(value)) : undefined,
  };
}

/**
 * Whether a drop-down list is open and not in the picture. The page itself paints lists in the new style, and
 * every list that allows several choices.
 */
function isOpen(target: unknown): target is HTMLSelectElement {
  return target instanceof HTMLSelectElement && target.isConnected && !target.multiple && target.matches(':open')
    && getComputedStyle(target).getPropertyValue('appearance') !== 'base-select';
}

function isShown(option: HTMLOptionElement): boolean {
  return getComputedStyle(option).display !== 'none';
}

function isDisabled({disabled, parentElement}: HTMLOptionElement): boolean {
  return disabled || (parentElement instanceof HTMLOptGroupElement && parentElement.disabled);
}

/** The options, each with a unique value: two of a page's may have the same, and one may be very long. */
function readSelect(select: HTMLSelectElement): {options: readonly SelectOption[]; indexOf: Map<string, number>} {
  const options: SelectOption[] = [];
  const indexOf = new Map<string, number>();
  let length = 0;
  for (const option of select.options) {
    if (!isShown(option)) continue;
    const value = indexOf.has(option.value) || option.value.length > MAX_LABEL_LENGTH ? `option-${option.index}` : option.value;
    const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label.slice(0, MAX_LABEL_LENGTH) : undefined;
    const label = option.label.slice(0, MAX_LABEL_LENGTH);
    length += value.length + label.length + (group?.length ?? 0);
    if (options.length === MAX_OPTIONS || length > MAX_OPTIONS_LENGTH) break;
    indexOf.set(value, option.index);
    options.push({value, label, selected: option.selected, disabled: isDisabled(option), ...(group !== undefined && {group})});
  }
  return {options, indexOf};
}

function stepsTo(select: HTMLSelectElement, wanted: number | undefined): number | undefined {
  const reachable = [...select.options].filter((option) => isShown(option) && !isDisabled(option));
  const steps = reachable.findIndex(({index}) => index === wanted);
  return steps < 0 ? undefined : steps;
}
