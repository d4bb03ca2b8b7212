import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {HandoffClosedEvent, HandoffEvent} from '../events.js';
import type {Handoff, LiveViewState} from '../events.js';
import {MAX_HANDOFF_NOTE_LENGTH} from '../protocol.js';
import type {HandoffAnswerMessage, HandoffClosedMessage, HandoffMessage, HandoffStatus} from '../protocol.js';
import {button} from './button.js';
import {Countdown} from './countdown.js';
import type {TextKey, Words} from './texts.js';

export interface HandoffHost extends HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
  requestUpdate(): void;
}

export interface HandoffOptions {
  /** Whether this viewer may answer. Otherwise they only see the request. */
  readonly canAnswer: () => boolean;
  readonly send: (message: HandoffAnswerMessage) => boolean;
  /** The server's current time, in milliseconds since the epoch. */
  readonly serverNowMs: () => number;
  /** Announces a text to screen readers. */
  readonly speak: (key: TextKey, text?: string) => void;
}

/** The stage of a request: just shown, a note is being written, or answered without confirmation yet. */
type Stage = 'asked' | 'declining' | 'answered';

type Shown =
  | {readonly kind: 'open'; readonly handoff: Handoff; isPages: boolean; stage: Stage; isConfirmed: boolean}
  | {readonly kind: 'over'; readonly word: TextKey};

/** The text for each way to end. For an ended session, the overlay has it. */
const OUTCOMES: Readonly<Partial<Record<HandoffStatus, TextKey>>> = {done: 'wasDone', failed: 'wasFailed', expired: 'timeIsUp', canceled: 'notNeeded'};
/** Ids of hand-overs that have ended. The server may repeat them. */
const MAX_OVER = 100;
/** How long after a reconnect the server may take to repeat an open request. */
const CONFIRMATION_MS = 2000;

/** Shows the request for a person in a strip above the picture: the instructions, the time left, and the buttons to answer. */
export class HandoffStrip {
  readonly #host: HandoffHost;
  readonly #options: HandoffOptions;
  readonly #countdown = new Countdown(() => this.#timeLeft);
  readonly #over = new Set<string>();
  #shown: Shown | undefined;
  #confirmationTimer: ReturnType<typeof setTimeout> | undefined;
  /** What gets the focus after the next render. */
  #focus = '';

  constructor(host: HandoffHost, options: HandoffOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** The open request. Null while there is none. */
  get handoff(): Handoff | null {
    return this.#shown?.kind === 'open' ? this.#shown.handoff : null;
  }

  get isShown(): boolean {
    return this.#shown?.kind === 'over' || (this.#shown?.kind === 'open' && !this.#shown.isPages);
  }

  receive(message: HandoffMessage | HandoffClosedMessage): void {
    const {id} = message;
    if (message.type === 'handoff_closed') return this.#close(id, message.status);
    if (this.#over.has(id)) return;
    if (this.#shown?.kind === 'open' && this.#shown.handoff.id === id) {
      // Repeated on another socket: the answer was lost.
      this.#shown.isConfirmed = true;
      if (this.#shown.stage === 'answered') this.#setStage('asked');
      return;
    }
    if (this.handoff) this.#close(this.handoff.id, null);
    this.#open({id, instructions: message.instructions, expiresAt: new Date(message.expires_at)});
  }

  /** The stream's state changed. The request may have ended meanwhile, without anybody saying so. */
  follow(state: LiveViewState): void {
    clearTimeout(this.#confirmationTimer);
    if (this.#shown?.kind !== 'open') return;
    const {id} = this.#shown.handoff;
    if (state === 'reconnecting') this.#shown.isConfirmed = false;
    else if (state === 'live') this.#confirmationTimer = setTimeout(() => this.#shown?.kind === 'open' && !this.#shown.isConfirmed && this.#close(id, null), CONFIRMATION_MS);
    else if (state !== 'stalled') this.#close(id, state === 'ended' ? 'session_ended' : null);
  }

  /** Moves the focus to the answer. Returns false if there is none to give. */
  takeFocus(): boolean {
    const answer = this.#host.renderRoot.querySelector<HTMLElement>('[part=handoff] :is(input, button:enabled)');
    answer?.focus();
    return answer !== null;
  }

  render(words: Words): unknown {
    const shown = this.#shown;
    if (!shown || !this.isShown) return nothing;
    const gone = ({animationName}: AnimationEvent) => {
      if (animationName !== 'hide') return;
      this.#shown = undefined;
      this.#host.requestUpdate();
    };
    return shown.kind === 'over'
      ? keyed(shown, html`<div part="handoff" class="over" tabindex="-1" @animationend=${gone}><p>${words.say(shown.word)}</p></div>`)
      : this.#strip(shown, words);
  }

  /** After each render: the countdown runs while it is visible, and the focus moves to the next step. */
  updated(): void {
    const {renderRoot: root} = this.#host;
    this.#countdown.show(root.querySelector('.time'));
    if (this.#focus) root.querySelector<HTMLElement>(this.#focus)?.focus();
    this.#focus = '';
  }

  stop(): void {
    this.#countdown.stop();
    clearTimeout(this.#confirmationTimer);
  }

  get #timeLeft(): string {
    const leftMs = (this.handoff?.expiresAt.getTime() ?? 0) - this.#options.serverNowMs();
    const seconds = Math.max(0, Math.ceil(leftMs / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }

  #strip({handoff: {id, instructions}, stage}: Extract<Shown, {kind: 'open'}>, words: Words): TemplateResult {
    const canAnswer = this.#options.canAnswer();
    const fail = (event: SubmitEvent & {currentTarget: HTMLFormElement}) => {
      event.preventDefault();
      this.#answer(id, 'failed', String(new FormData(event.currentTarget).get('note')).trim() || undefined);
    };
    const keyDown = (event: KeyboardEvent) => event.key === 'Escape' && !event.isComposing && this.#setStage('asked', '.cannot');
    return html`
      <div part="handoff" role="group" aria-labelledby="asked" tabindex="-1">
        <p id="asked">${instructions}</p>
        <span class="time" role="timer"></span>
        ${!canAnswer ? nothing : stage === 'declining' ? html`
          <form @submit=${fail} @keydown=${keyDown}>
            <input name="note" maxlength=${MAX_HANDOFF_NOTE_LENGTH} autocomplete="off" aria-label=${words.say('why')} placeholder=${words.say('why')}>
            ${button(words, 'send')}
            ${button(words, 'cancel', () => this.#setStage('asked', '.cannot'))}
          </form>
        ` : html`
          <fieldset ?disabled=${stage === 'answered'}>
            ${button(words, 'done', () => this.#answer(id, 'done'))}
            ${button(words, 'cannot', () => this.#setStage('declining', '[name=note]'))}
          </fieldset>
        `}
      </div>
    `;
  }

  #answer(id: string, status: HandoffAnswerMessage['status'], note?: string): void {
    const shown = this.#shown;
    if (shown?.kind !== 'open' || shown.handoff.id !== id || shown.stage === 'answered' || !this.#options.canAnswer()) return;
    const isSent = this.#options.send({type: 'handoff', id, status, ...(note !== undefined && {note: note.slice(0, MAX_HANDOFF_NOTE_LENGTH)})});
    if (isSent) this.#setStage('answered', this.#hasFocus ? '[part=handoff]' : '');
  }

  #setStage(stage: Stage, focus = ''): void {
    if (this.#shown?.kind !== 'open') return;
    this.#shown.stage = stage;
    this.#focus = focus;
    this.#host.requestUpdate();
  }

  get #hasFocus(): boolean {
    return this.#host.renderRoot.querySelector('[part=handoff]')?.matches(':focus-within') ?? false;
  }

  #open(handoff: Handoff): void {
    // The page may read the element's properties in its listener.
    const shown: Extract<Shown, {kind: 'open'}> = {kind: 'open', handoff, isPages: false, stage: 'asked', isConfirmed: true};
    this.#shown = shown;
    shown.isPages = !this.#host.dispatchEvent(new HandoffEvent(handoff, (status, note) => this.#answer(handoff.id, status, note)));
    // A listener may have ended the stream.
    if (this.#shown !== shown) return;
    this.#host.requestUpdate();
    if (!shown.isPages) this.#options.speak('personNeeded', handoff.instructions);
  }

  #close(id: string, status: HandoffStatus | null): void {
    if (this.#over.has(id)) return;
    this.#over.add(id);
    for (const oldest of this.#over) if (this.#over.size > MAX_OVER) this.#over.delete(oldest);
    const shown = this.#shown;
    if (shown?.kind === 'open' && shown.handoff.id === id) {
      const word = shown.isPages || !status ? undefined : OUTCOMES[status];
      if (this.#hasFocus) this.#focus = '[part=handoff]';
      this.#shown = word && {kind: 'over', word};
      if (word) this.#options.speak(word);
      this.#host.requestUpdate();
    }
    this.#host.dispatchEvent(new HandoffClosedEvent(id, status));
  }
}
