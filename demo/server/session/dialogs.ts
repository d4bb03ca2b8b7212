import type {Protocol} from 'devtools-protocol';
import type {DialogAnswerMessage, DialogMessage, ServerMessage} from 'chaser-live-view/protocol';
import type {Page} from './page.js';

interface OpenDialog {
  readonly page: Page;
  readonly message: DialogMessage;
}

/**
 * The open JavaScript dialogs of a session's pages, which no screencast contains. The first answer
 * counts, from a viewer or from an automation.
 */
export class Dialogs {
  readonly #tell: (message: ServerMessage) => void;
  readonly #open = new Map<string, OpenDialog>();
  #lastId = 0;

  constructor(tell: (message: ServerMessage) => void) {
    this.#tell = tell;
  }

  /** The open dialogs, for a new viewer. */
  get messages(): readonly DialogMessage[] {
    return [...this.#open.values()].map(({message}) => message);
  }

  /** Whether a dialog blocks the page. It then runs no script and paints nothing. */
  isHeld(page: Page): boolean {
    return [...this.#open.values()].some((dialog) => dialog.page === page);
  }

  follow(page: Page): void {
    page.session.on('Page.javascriptDialogOpening', (dialog) => this.#show(page, dialog));
    page.session.on('Page.javascriptDialogClosed', () => this.forget(page));
  }

  answer({id, accept, text}: DialogAnswerMessage): void {
    this.#open.get(id)?.page.session.post('Page.handleJavaScriptDialog', {accept, ...(text !== undefined && {promptText: text})});
  }

  /** The page's dialog or the page itself was closed. */
  forget(page: Page): void {
    for (const [id, dialog] of this.#open) {
      if (dialog.page !== page) continue;
      this.#open.delete(id);
      this.#tell({type: 'dialog_closed', id});
    }
  }

  #show(page: Page, {type, message, defaultPrompt, url}: Protocol.Page.JavascriptDialogOpeningEvent): void {
    const id = `dialog-${++this.#lastId}`;
    const dialog: DialogMessage = {
      type: 'dialog', id, kind: type, message: message.slice(0, MAX_TEXT_LENGTH), ...originOf(url),
      ...(type === 'prompt' && {defaultValue: (defaultPrompt ?? '').slice(0, MAX_TEXT_LENGTH)}),
    };
    this.#open.set(id, {page, message: dialog});
    this.#tell(dialog);
  }
}

/** The origin of a dialog. A document without an address of its own, such as `about:srcdoc`, has none. */
function originOf(url: string): {readonly origin?: string} {
  const origin = URL.canParse(url) ? new URL(url).origin : 'null';
  return origin === 'null' ? {} : {origin};
}

/** How many UTF-16 units of a page's text are passed on. A page may write megabytes, and a message holds only one. */
const MAX_TEXT_LENGTH = 10_000;
