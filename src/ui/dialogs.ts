import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {DialogClosedEvent, DialogEvent, FileChooserEvent} from '../events.js';
import {filledBox} from '../input/geometry.js';
import type {LiveViewFit} from '../input/geometry.js';
import type {
  DialogAnswerMessage, DialogClosedMessage, DialogMessage, FileChooserAnswerMessage, FileChooserClosedMessage, FileChooserMessage,
  SelectAnswerMessage, SelectMessage, SelectOption, Size,
} from '../protocol.js';
import {button} from './button.js';
import type {Words} from './texts.js';
import {Uploads} from './uploads.js';
import type {UploadsOptions} from './uploads.js';

export interface DialogsHost extends HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly fit: LiveViewFit;
  readonly viewport: Size | null;
  requestUpdate(): void;
}

export interface DialogsOptions extends Omit<UploadsOptions, 'onProgress'> {
  /** Whether this viewer may answer. Otherwise they only see the dialogs. */
  readonly canAnswer: () => boolean;
  /** Whether this viewer may give files. Otherwise they are not asked. */
  readonly canGive: () => boolean;
  readonly send: (message: Answer) => boolean;
}

type Request = DialogMessage | SelectMessage | FileChooserMessage;
type Answer = DialogAnswerMessage | SelectAnswerMessage | FileChooserAnswerMessage;

/** A dialog ignores clicks and keys for this long, because they were meant for what was there before. */
const GUARD_MS = 500;
/** If more dialogs than this open within this time, they wait until the person asks for them, as in browsers. */
const MAX_RECENT = 5;
const RECENT_MS = 10_000;
/** The most rows of a list that are visible at once. */
const MAX_ROWS = 8;

/** Shows the session's native dialogs, drop-down lists and file choosers, which are not in its picture, one after the other. */
export class Dialogs {
  readonly uploads: Uploads;
  readonly #host: DialogsHost;
  readonly #options: DialogsOptions;
  /** All unanswered requests by id, the oldest first. */
  readonly #requests = new Map<string, Request>();
  /** The requests that the page shows itself. */
  readonly #taken = new Set<string>();
  /** The requests that may be answered: all except a dialog in its first moments. */
  readonly #armed = new Set<string>();
  /** When the last dialogs opened. */
  #recentMs: number[] = [];
  /** The dialog that waits until the person asks for it, because the page opens too many. */
  #held: string | undefined;
  #guardTimer: ReturnType<typeof setTimeout> | undefined;
  #shown: Element | null = null;
  #hadFocus = false;

  constructor(host: DialogsHost, options: DialogsOptions) {
    this.#host = host;
    this.#options = options;
    this.uploads = new Uploads({...options, onProgress: () => host.requestUpdate()});
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  receive(message: Request | DialogClosedMessage | FileChooserClosedMessage): void {
    const {id, type} = message;
    if (type === 'dialog_closed' || type === 'file_chooser_closed') {
      if (this.uploads.progress(id) !== undefined) this.uploads.stop();
      return this.#close(id);
    }
    // A new socket repeats what is open.
    this.uploads.resume(id);
    if (this.#requests.has(id)) return;
    this.#requests.set(id, message);
    if (type === 'dialog') this.#count(id);
    else if (type === 'select') this.#armed.add(id);
    if (this.uploads.progress(id) === undefined && !this.#offer(message)) this.#taken.add(id);
    this.#host.requestUpdate();
  }

  /** Gives dropped files to the file chooser that is shown. False if there is none. */
  drop(files: readonly File[]): boolean {
    const request = this.#current;
    if (request?.type !== 'file_chooser') return false;
    this.#give(request, files);
    return true;
  }

  /** The connection is lost. The next one repeats what is still open. */
  clear(): void {
    for (const id of this.#requests.keys()) this.#close(id);
  }

  render(words: Words): unknown {
    const request = this.#current;
    if (!request) return nothing;
    if (request.id === this.#held) {
      return html`<div class="cover">${button(words, 'showDialog', () => {
        this.#held = undefined;
        this.#host.requestUpdate();
      })}</div>`;
    }
    return keyed(request.id, this.#dialog(request, words));
  }

  /** After each render: a new dialog takes the focus if the element had it, and the last one returns it to the picture. The page around never scrolls. */
  updated(): void {
    const dialog = this.#host.renderRoot.querySelector<HTMLElement>('[part=dialog]');
    if (dialog) this.#place(dialog);
    if (dialog === this.#shown) {
      // Disabled controls could not take the focus before, and the control that had it may be gone.
      if (dialog && (this.#hadFocus || dialog.matches(':focus'))) this.#enter(dialog);
      this.#hadFocus = false;
      return;
    }
    this.#shown = dialog;
    if (dialog) this.#guard();
    if (this.#hadFocus || this.#host.matches(':focus-within')) {
      if (dialog) this.#enter(dialog);
      else this.#host.focus({preventScroll: true});
    }
    this.#hadFocus = false;
  }

  #enter(dialog: HTMLElement): void {
    (dialog.querySelector<HTMLElement>('input:enabled, select:enabled, button:enabled') ?? dialog).focus({preventScroll: true});
    // As in a browser's own dialog, typing replaces the proposed text.
    dialog.querySelector('input')?.select();
  }

  /** The render that follows takes what has the focus away. */
  #noteFocus(): void {
    this.#hadFocus = this.#shown?.matches(':focus-within') ?? false;
  }

  /** Allows answers to the visible dialog after a moment. */
  #guard(): void {
    const id = this.#current?.id ?? '';
    if (this.#armed.has(id)) return;
    clearTimeout(this.#guardTimer);
    this.#guardTimer = setTimeout(() => {
      if (!this.#requests.has(id)) return;
      this.#armed.add(id);
      this.#host.requestUpdate();
    }, GUARD_MS);
  }

  #count(id: string): void {
    const nowMs = performance.now();
    this.#recentMs = [...this.#recentMs.filter((atMs) => nowMs - atMs < RECENT_MS), nowMs].slice(-MAX_RECENT - 1);
    this.#held = this.#recentMs.length > MAX_RECENT ? id : undefined;
  }

  get #current(): Request | undefined {
    return [...this.#requests.values()].find(({id, type}) => !this.#taken.has(id) && (type !== 'file_chooser' || this.#options.canGive()));
  }

  /** Fires the event of a request. Returns false if the page shows the request itself. */
  #offer(request: Request): boolean {
    const {id, type} = request;
    this.#taken.delete(id);
    if (type === 'select' || (type === 'file_chooser' && !this.#options.canGive())) return true;
    return this.#host.dispatchEvent(type === 'dialog'
      ? new DialogEvent(request, (accept, text) => this.#answer({type, id, accept, ...(text !== undefined && {text})}))
      : new FileChooserEvent(request, (files) => this.#give(request, [...files])));
  }

  /** Sends files to a chooser, once. Without files, cancels the chooser. */
  #give({id, type, multiple}: FileChooserMessage, files: readonly File[]): void {
    if (!this.#requests.has(id) || !this.#options.canGive() || this.uploads.progress(id) !== undefined) return;
    if (files.length === 0) return this.#answer({type, id, cancel: true});
    this.#noteFocus();
    this.uploads.start(id, multiple ? files : files.slice(0, 1));
    this.#host.requestUpdate();
  }

  /** Whether the element's own controls may answer by now. */
  #isArmed(id: string): boolean {
    return this.#armed.has(id) && this.#options.canAnswer();
  }

  #answer(answer: Answer): void {
    if (this.#requests.has(answer.id) && this.#options.canAnswer() && this.#options.send(answer)) this.#close(answer.id);
  }

  #close(id: string): void {
    const closed = this.#requests.get(id);
    if (!closed) return;
    this.#noteFocus();
    this.#requests.delete(id);
    this.#armed.delete(id);
    this.#host.requestUpdate();
    if (closed.type === 'dialog') this.#host.dispatchEvent(new DialogClosedEvent(id));
  }

  #dialog(request: Request, words: Words): TemplateResult {
    const {id, type} = request;
    const canAnswer = this.#options.canAnswer();
    const isArmed = this.#isArmed(id);
    const isSelect = type === 'select';
    const isDialog = type === 'dialog';
    const hasText = isDialog && request.kind === 'prompt';
    const progress = this.uploads.progress(id);
    const refuse = () => {
      if (!this.#isArmed(id)) return;
      if (progress !== undefined) this.uploads.stop();
      this.#answer(isDialog ? {type, id, accept: false} : {type, id, cancel: true});
    };
    const accept = (event: SubmitEvent & {currentTarget: HTMLFormElement}) => {
      event.preventDefault();
      if (!this.#isArmed(id)) return;
      if (type === 'file_chooser') return this.#host.renderRoot.querySelector<HTMLElement>('[type=file]')?.click();
      const values = new FormData(event.currentTarget).getAll('value').map(String);
      this.#answer(isSelect ? {type, id, values} : {type, id, accept: true, ...(hasText && {text: values[0] ?? ''})});
    };
    return html`
      <div class="cover" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && !event.isComposing && refuse()}>
        <dialog open class=${type} part="dialog" role="alertdialog" aria-labelledby="message" tabindex="0">
          <form @submit=${accept}><fieldset ?disabled=${canAnswer && !isArmed}>
            ${!isDialog ? nothing : html`<p class="origin">${words.say('says', hostOf(request) ?? words.say('remotePage'))}</p>`}
            <p id="message">${isDialog ? request.message || words.say('leavePage') : words.say(isSelect ? 'choose' : 'fileWanted')}</p>
            ${isSelect ? list(request, !canAnswer) : nothing}
            ${hasText ? html`<input name="value" aria-labelledby="message" ?disabled=${!canAnswer} .value=${request.defaultValue ?? ''}>` : nothing}
            ${progress !== undefined ? html`<progress aria-labelledby="message" .value=${progress}></progress>`
              : canAnswer ? button(words, type === 'file_chooser' ? 'choose' : 'ok') : words.say('watchOnly')}
            ${canAnswer && (!isDialog || request.kind !== 'alert') ? button(words, 'cancel', refuse) : nothing}
          </fieldset></form>
        </dialog>
        ${type === 'file_chooser' ? html`<input type="file" ?multiple=${request.multiple} accept=${request.accept}
          @change=${({currentTarget}: Event & {currentTarget: HTMLInputElement}) => this.#give(request, [...currentTarget.files ?? []])}>` : nothing}
      </div>
    `;
  }

  /** Places a drop-down list below its box in the picture, or above it if there is no room. */
  #place(dialog: HTMLElement): void {
    const request = this.#current;
    const {fit, viewport, renderRoot} = this.#host;
    const picture = renderRoot.querySelector<HTMLElement>('.picture');
    const stage = dialog.parentElement;
    if (request?.type !== 'select' || !viewport || !picture || !stage) return;
    const {offsetWidth: width, offsetHeight: height} = picture;
    const filled = filledBox(fit, {width, height}, viewport);
    const perX = filled.width * width / viewport.width;
    const perY = filled.height * height / viewport.height;
    const top = picture.offsetTop + filled.y * height + request.y * perY;
    const bottom = top + request.height * perY;
    const {style} = dialog;
    style.minWidth = `${request.width * perX}px`;
    // The list's own size is known from here on.
    const roomX = stage.clientWidth - dialog.offsetWidth;
    const roomY = stage.clientHeight - dialog.offsetHeight;
    style.left = `${clamp(picture.offsetLeft + filled.x * width + request.x * perX, roomX)}px`;
    style.top = `${clamp(bottom > roomY ? top - dialog.offsetHeight : bottom, roomY)}px`;
  }
}

/** A native list box: on a phone, it opens the phone's own list. */
function list({multiple, options}: SelectMessage, isDisabled: boolean): TemplateResult {
  const groups: SelectOption[][] = [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last && last[0]?.group === option.group) last.push(option);
    else groups.push([option]);
  }
  const submit = ({currentTarget}: Event) => currentTarget instanceof HTMLSelectElement && currentTarget.form?.requestSubmit();
  // Arrow keys move through the options. A click, a tap or a phone's own list chooses one. Choosing the current option again fires only a click.
  let isKeyDown = false;
  const keyDown = (event: KeyboardEvent) => {
    isKeyDown = true;
    if (event.key !== 'Enter') return;
    // Moves the focus before the browser would insert a line break.
    event.preventDefault();
    submit(event);
  };
  return html`
    <select name="value" aria-labelledby="message" size=${Math.max(2, Math.min(MAX_ROWS, options.length + groups.length))}
      ?multiple=${multiple} ?disabled=${isDisabled}
      @click=${(event: Event) => !multiple && event.target instanceof HTMLOptionElement && !event.target.disabled && submit(event)}
      @change=${(event: Event) => !multiple && !isKeyDown && submit(event)}
      @keydown=${keyDown} @keyup=${() => isKeyDown = false}>
      ${groups.map((group) => group[0]?.group === undefined ? group.map(item) : html`<optgroup label=${group[0].group}>${group.map(item)}</optgroup>`)}
    </select>
  `;
}

function item({value, label, selected, disabled}: SelectOption): TemplateResult {
  return html`<option value=${value} ?selected=${selected} ?disabled=${disabled}>${label}</option>`;
}

/** The origin of a dialog as a person reads it: `shop.example`. */
function hostOf({origin = ''}: DialogMessage): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(value, max));
}
