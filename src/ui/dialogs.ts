import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {DialogClosedEvent, DialogEvent} from '../events.js';
import {filledBox} from '../input/geometry.js';
import type {LiveViewFit} from '../input/geometry.js';
import type {
  DialogAnswerMessage, DialogClosedMessage, DialogMessage, SelectAnswerMessage, SelectMessage, SelectOption, Size,
} from '../protocol.js';
import {button} from './button.js';
import type {Words} from './texts.js';

export interface DialogsHost extends HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly fit: LiveViewFit;
  readonly viewport: Size | null;
  requestUpdate(): void;
}

export interface DialogsOptions {
  /** Whether this viewer may answer; otherwise they are only seen. */
  readonly canAnswer: () => boolean;
  readonly send: (message: DialogAnswerMessage | SelectAnswerMessage) => boolean;
}

/** Most rows of a list that are seen at once. */
const MAX_ROWS = 8;

/** The session's dialogs and drop-downs, which are not in its picture: shown one after the other, and answered. */
export class Dialogs {
  readonly #host: DialogsHost;
  readonly #options: DialogsOptions;
  /** All that wait for an answer by their ids, the oldest first. */
  readonly #requests = new Map<string, DialogMessage | SelectMessage>();
  /** Those that the page shows itself. */
  readonly #taken = new Set<string>();
  #shown: Element | null = null;
  #hadFocus = false;

  constructor(host: DialogsHost, options: DialogsOptions) {
    this.#host = host;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  receive(message: DialogMessage | DialogClosedMessage | SelectMessage): void {
    const {id} = message;
    if (message.type === 'dialog_closed') return this.#close(id);
    // A new socket is told again of what is open.
    if (this.#requests.has(id)) return;
    this.#requests.set(id, message);
    this.#taken.delete(id);
    if (message.type === 'dialog' && !this.#host.dispatchEvent(new DialogEvent(message, (accept, text) => this.#answer({
      type: 'dialog', id, accept, ...(text !== undefined && {text}),
    })))) this.#taken.add(id);
    this.#host.requestUpdate();
  }

  /** The connection is lost: the next one says what is still open. */
  clear(): void {
    for (const id of this.#requests.keys()) this.#close(id);
  }

  render(words: Words): unknown {
    const request = this.#current;
    return request ? keyed(request.id, this.#dialog(request, words)) : nothing;
  }

  /** After each render: a new dialog takes the keyboard, if it was here or nowhere; the last one gives it to the picture. */
  updated(): void {
    const {renderRoot: root, ownerDocument: page} = this.#host;
    const dialog = root.querySelector<HTMLElement>('[part=dialog]');
    if (dialog) this.#place(dialog);
    if (dialog === this.#shown) return;
    this.#shown = dialog;
    const isFree = this.#hadFocus || this.#host.matches(':focus-within') || page.activeElement === page.body;
    if (isFree) {
      (dialog ? dialog.querySelector<HTMLElement>('input, select, button') ?? dialog : this.#host).focus();
      // As in a browser's own: what is typed takes the place of what is proposed.
      dialog?.querySelector('input')?.select();
    }
    this.#hadFocus = false;
  }

  get #current(): DialogMessage | SelectMessage | undefined {
    return [...this.#requests.values()].find(({id}) => !this.#taken.has(id));
  }

  #answer(answer: DialogAnswerMessage | SelectAnswerMessage): void {
    if (this.#requests.has(answer.id) && this.#options.canAnswer() && this.#options.send(answer)) this.#close(answer.id);
  }

  #close(id: string): void {
    const closed = this.#requests.get(id);
    if (!closed) return;
    this.#hadFocus = this.#shown?.matches(':focus-within') ?? false;
    this.#requests.delete(id);
    this.#host.requestUpdate();
    if (closed.type === 'dialog') this.#host.dispatchEvent(new DialogClosedEvent(id));
  }

  #dialog(request: DialogMessage | SelectMessage, words: Words): TemplateResult {
    const {id, type} = request;
    const canAnswer = this.#options.canAnswer();
    const isSelect = type === 'select';
    const hasText = !isSelect && request.kind === 'prompt';
    const refuse = () => this.#answer(isSelect ? {type, id, cancel: true} : {type, id, accept: false});
    const accept = (event: SubmitEvent & {currentTarget: HTMLFormElement}) => {
      event.preventDefault();
      const values = new FormData(event.currentTarget).getAll('value').map(String);
      this.#answer(isSelect ? {type, id, values} : {type, id, accept: true, ...(hasText && {text: values[0] ?? ''})});
    };
    return html`
      <div class="cover" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && !event.isComposing && refuse()}>
        <dialog open class=${type} part="dialog" role="alertdialog" aria-labelledby="message" tabindex="0">
          <form @submit=${accept}>
            <p id="message">${isSelect ? words.say('choose') : request.message || words.say('leavePage')}</p>
            ${isSelect ? list(request, !canAnswer) : nothing}
            ${hasText ? html`<input name="value" aria-labelledby="message" ?disabled=${!canAnswer} .value=${request.defaultValue ?? ''}>` : nothing}
            ${canAnswer ? button(words, 'ok') : words.say('watchOnly')}
            ${canAnswer && (isSelect || request.kind !== 'alert') ? button(words, 'cancel', refuse) : nothing}
          </form>
        </dialog>
      </div>
    `;
  }

  /** A drop-down's list is below its box in the picture, or above where there is no room. */
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
    // Its own size is known from here on.
    const roomX = stage.clientWidth - dialog.offsetWidth;
    const roomY = stage.clientHeight - dialog.offsetHeight;
    style.left = `${clamp(picture.offsetLeft + filled.x * width + request.x * perX, roomX)}px`;
    style.top = `${clamp(bottom > roomY ? top - dialog.offsetHeight : bottom, roomY)}px`;
  }
}

/** A list as the browser has it: on a phone, what it shows for one is what people know. */
function list({multiple, options}: SelectMessage, isDisabled: boolean): TemplateResult {
  const groups: SelectOption[][] = [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last && last[0]?.group === option.group) last.push(option);
    else groups.push([option]);
  }
  const submit = ({currentTarget}: Event) => currentTarget instanceof HTMLSelectElement && currentTarget.form?.requestSubmit();
  // Keys go through the options; a click, a tap or a phone's own list takes one. Only a click says so of the one that is taken already.
  let isKeyDown = false;
  const keyDown = (event: KeyboardEvent) => {
    isKeyDown = true;
    if (event.key !== 'Enter') return;
    // The picture has the focus by the time the browser would write a line break.
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

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(value, max));
}
