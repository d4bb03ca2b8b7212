import type {SelectOption} from 'chaser-live-view/protocol';
import type {DocumentObserver} from '../report.js';
import {focused} from './focus.js';
import {listen, MAX_LABEL_LENGTH, type Tell} from './listen.js';

const OPEN_CHECK_MS = 100;
const MAX_OPTIONS = 2_000;
/** The most UTF-16 units of all options together, because their message has at most 1 MiB. */
const MAX_OPTIONS_LENGTH = 200_000;

export function observeSelects(report: Tell): Pick<DocumentObserver, 'select' | 'steps'> {
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
