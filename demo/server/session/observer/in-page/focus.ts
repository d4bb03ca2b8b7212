import {listen, type Tell} from './listen.js';

/** How often to check where the focused field is. A page may move it in many ways, and no event reports that. */
const PLACE_CHECK_MS = 250;

const INPUT_MODES: Readonly<Partial<Record<string, string>>> = {
  text: '', search: 'search', email: 'email', url: 'url', tel: 'tel', password: '', number: 'decimal',
  // Their pickers are not in the picture; their fields accept digits.
  date: 'numeric', 'datetime-local': 'numeric', month: 'numeric', time: 'numeric', week: 'numeric',
};

/** The focused element, in any open shadow tree. */
export function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

export function isEditable(element: Element): boolean {
  if (element instanceof HTMLInputElement) return element.type in INPUT_MODES && !element.readOnly && !element.disabled;
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  return document.designMode === 'on' || (element instanceof HTMLElement && element.isContentEditable);
}

/** The focused element, if this document has the focus. A frame's document keeps its focused element while the focus is elsewhere. */
function focusedHere(): Element | undefined {
  return document.hasFocus() ? focused() ?? undefined : undefined;
}

export function focusedField(): Element | undefined {
  const element = focusedHere();
  return element && isEditable(element) ? element : undefined;
}

export function observeFocus(report: Tell): void {
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
