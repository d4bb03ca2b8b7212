import type {SelectAnswerMessage, SelectMessage, ServerMessage} from 'chaser-live-view/protocol';
import {boxOf} from './element-box.js';
import type {CdpSession} from './cdp.js';
import type {ObservedDocument} from './observer/observer.js';
import type {Report} from './observer/report.js';
import type {Page} from './page.js';

interface OpenSelect {
  readonly page: Page;
  readonly document: ObservedDocument;
  readonly message: SelectMessage;
  /** Only the first answer counts, because the keys of a second one would go to something else. */
  isAnswered: boolean;
}

const KEY_CODES = {Home: 36, ArrowDown: 40, Enter: 13, Escape: 27} as const;
const MAX_STEPS = 10_000;

/**
 * The open drop-down lists of a session's pages. They are native windows, which no screencast contains.
 * An answer is performed with keys, so that the page sees the events of a person.
 */
export class Selects {
  readonly #tell: (message: ServerMessage) => void;
  readonly #open = new Map<string, OpenSelect>();
  #lastId = 0;

  constructor(tell: (message: ServerMessage) => void) {
    this.#tell = tell;
  }

  /** The open lists, for a new viewer. */
  get messages(): readonly SelectMessage[] {
    return [...this.#open.values()].map(({message}) => message);
  }

  async note(page: Page, document: ObservedDocument, {options, origin}: Extract<Report, {kind: 'select'}>): Promise<void> {
    this.forget(document);
    if (!options) return;
    try {
      const box = await boxOf(page, document, 'chaserObserver.select()');
      if (!box) return;
      const message: SelectMessage = {type: 'select', id: `select-${++this.#lastId}`, multiple: false, options, ...(origin !== '' && {origin}), ...box};
      this.#open.set(message.id, {page, document, message, isAnswered: false});
      this.#tell(message);
    } catch {
      // The list is gone, and perhaps also its page.
    }
  }

  async answer({id, values, cancel}: SelectAnswerMessage): Promise<void> {
    const open = this.#open.get(id);
    if (!open || open.isAnswered) return;
    open.isAnswered = true;
    const {page: {session}, document} = open;
    const [value] = cancel ? [] : values ?? [];
    const steps = value === undefined ? undefined : await ask(document, `chaserObserver.steps(${JSON.stringify(value)})`);
    if (typeof steps === 'number' && steps < MAX_STEPS) {
      press(session, 'Home');
      for (let step = 0; step < steps; step++) press(session, 'ArrowDown');
      press(session, 'Enter');
    } else if (await ask(document, 'chaserObserver.select() !== undefined') === true) press(session, 'Escape');
  }

  /** Closes the lists of this document. */
  forget(document: ObservedDocument): void {
    for (const [id, open] of this.#open) {
      if (open.document.session !== document.session || open.document.contextId !== document.contextId) continue;
      this.#open.delete(id);
      this.#tell({type: 'dialog_closed', id});
    }
  }
}

async function ask({session, contextId}: ObservedDocument, expression: string): Promise<unknown> {
  try {
    const {result} = await session.send('Runtime.evaluate', {expression, contextId, returnByValue: true});
    return result.value;
  } catch {
    return undefined;
  }
}

function press(session: CdpSession, key: keyof typeof KEY_CODES): void {
  const event = {key, code: key, windowsVirtualKeyCode: KEY_CODES[key]};
  session.post('Input.dispatchKeyEvent', key === 'Enter' ? {...event, type: 'keyDown', text: '\r'} : {...event, type: 'rawKeyDown'});
  session.post('Input.dispatchKeyEvent', {...event, type: 'keyUp'});
}
