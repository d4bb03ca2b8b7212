import type {SelectOption} from 'chaser-live-view/protocol';

/** What a document's observer has noticed. */
export type Report =
  | {readonly kind: 'title'; readonly title: string}
  | {readonly kind: 'cursor'; readonly cursor: string}
  | {readonly kind: 'focus'; readonly isEditable: boolean; readonly inputmode: string}
  /** What has the focus, a field or the frame that it is in, is somewhere else than it was. */
  | {readonly kind: 'moved'}
  /** The browser has refused this origin what its page asked for. */
  | {readonly kind: 'refusal'; readonly permission: string; readonly origin: string}
  /** A press has come to the document. */
  | {readonly kind: 'press'}
  /** The document has the whole screen, or the pointer. */
  | {readonly kind: 'capture'; readonly isCaptor: boolean}
  /** The page has heard a key on which the browser acts, and left it to the browser. */
  | {readonly kind: 'key'; readonly keyCode: number}
  /** A drop-down has opened; without options, it is closed. */
  | {readonly kind: 'select'; readonly options: readonly SelectOption[] | undefined; readonly origin: string};

/** What an observer answers to the server, in its document's isolated world. */
export interface DocumentObserver {
  /** What it observes. */
  readonly document: Document;
  /**
   * The next reports; the one question that waits is the last that was asked. The first of a new asker is answered by
   * how things are: what was told to the asker before may have been lost on its way.
   */
  next(isFirst: boolean): Promise<readonly Report[]>;
  /** Gives back the whole screen and the pointer, as Escape does. */
  escape(): void;
  /** Has nothing scroll by a wheel with Control for a while; resolves when it is so. */
  holdZoom(): Promise<void>;
  /** The field that has the focus. */
  field(): Element | undefined;
  /** The drop-down that is open. */
  select(): HTMLSelectElement | undefined;
  /**
   * How many steps down from the first option that can be chosen the one with this value is; undefined when there is
   * none, or no drop-down is open.
   */
  steps(value: string): number | undefined;
}

/** Reads reports, which a page's process hands out: one that somebody has taken over may say anything. */
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
