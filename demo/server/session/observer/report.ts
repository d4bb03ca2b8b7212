import type {SelectOption} from 'chaser-live-view/protocol';

/** What a document's observer reports. */
export type Report =
  | {readonly kind: 'title'; readonly title: string}
  | {readonly kind: 'cursor'; readonly cursor: string}
  | {readonly kind: 'focus'; readonly isEditable: boolean; readonly inputmode: string}
  /** The focused element, a field or a frame, has moved. */
  | {readonly kind: 'moved'}
  /** The browser has denied this origin a permission that its page asked for. */
  | {readonly kind: 'refusal'; readonly permission: string; readonly origin: string}
  /** The document got a press. */
  | {readonly kind: 'press'}
  /** A field has opened a picker of dates or times. */
  | {readonly kind: 'picker'}
  /** Whether the document is in full screen or has locked the pointer. */
  | {readonly kind: 'capture'; readonly isCaptor: boolean}
  /** The page got a key that triggers a browser action, and did not prevent it. */
  | {readonly kind: 'key'; readonly keyCode: number}
  /** A drop-down list has opened, or has closed if there are no options. */
  | {readonly kind: 'select'; readonly options: readonly SelectOption[] | undefined; readonly origin: string};

/** What the server can ask an observer, in its document's isolated world. */
export interface DocumentObserver {
  /** The document that is observed. */
  readonly document: Document;
  /**
   * Returns the next reports. Only the newest call is answered. The first answer to a new caller describes the current
   * state, because the last answer to the caller before may have been lost.
   */
  next(isFirst: boolean): Promise<readonly Report[]>;
  /** Leaves full screen and releases the pointer lock, as Escape does. */
  escape(): void;
  /** Prevents scrolling by a wheel with Control for a while. Resolves when this is in effect. */
  holdZoom(): Promise<void>;
  /** The focused field. */
  field(): Element | undefined;
  /** Whether the picker that was reported last is still open. */
  isPickerOpen(): boolean;
  /** The open drop-down list. */
  select(): HTMLSelectElement | undefined;
  /**
   * How many steps the option with this value is below the first option that can be chosen. Undefined if there is
   * none, or no list is open.
   */
  steps(value: string): number | undefined;
}

/** Parses reports. They come from a page's process, which may be compromised and send anything. */
export function readReports(value: unknown): readonly Report[] {
  return Array.isArray(value) ? value.flatMap((item: unknown) => readReport(new Map(Object.entries(Object(item))))) : [];
}

function readReport(fields: ReadonlyMap<string, unknown>): readonly Report[] {
  const text = (name: string) => String(fields.get(name) ?? '').slice(0, MAX_TEXT_LENGTH);
  switch (fields.get('kind')) {
    case 'title': return [{kind: 'title', title: text('title')}];
    case 'cursor': return [{kind: 'cursor', cursor: text('cursor')}];
    case 'focus': return [{kind: 'focus', isEditable: fields.get('isEditable') === true, inputmode: text('inputmode')}];
    case 'moved': return [{kind: 'moved'}];
    case 'press': return [{kind: 'press'}];
    case 'picker': return [{kind: 'picker'}];
    case 'capture': return [{kind: 'capture', isCaptor: fields.get('isCaptor') === true}];
    case 'key': return [{kind: 'key', keyCode: Number(fields.get('keyCode'))}];
    case 'refusal': return [{kind: 'refusal', permission: text('permission'), origin: text('origin')}];
    case 'select': return [{kind: 'select', options: readOptions(fields.get('options')), origin: text('origin')}];
    default: return [];
  }
}

function readOptions(value: unknown): readonly SelectOption[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map((item: unknown) => {
    const fields = new Map<string, unknown>(Object.entries(Object(item)));
    const group = fields.get('group');
    return {
      value: String(fields.get('value')), label: String(fields.get('label')),
      selected: fields.get('selected') === true, disabled: fields.get('disabled') === true,
      ...(typeof group === 'string' && {group}),
    };
  });
}

const MAX_TEXT_LENGTH = 1_000;
