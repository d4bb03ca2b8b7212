import {LitElement, html, nothing, svg} from 'lit';
import type {PropertyDeclarations, TemplateResult} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import type {ChaserLiveView, Tab} from '../element.js';
import {addressOf} from './address.js';
import {STYLES} from './styles.js';
import {wordsFor} from './texts.js';
import type {TextKey, Words} from './texts.js';

const ICONS = {
  back: svg`<path d="M19 12H5m6 6-6-6 6-6"/>`,
  forward: svg`<path d="M5 12h14m-6-6 6 6-6 6"/>`,
  reload: svg`<path d="M19 12a7 7 0 1 1-2-5l2 2m0-5v5h-5"/>`,
  stop: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  newTab: svg`<path d="M12 5v14M5 12h14"/>`,
};
const MIDDLE = 1;

/**
 * Shows the tabs of a live view's session, with buttons for back, forward and reload or stop, and the address. The element uses only the view's
 * public properties, methods and events.
 *
 * @summary A tab bar for a live view's session.
 * @tagname chaser-live-tabs
 *
 * @csspart tabs - The strip of tabs.
 * @csspart tab - Each tab.
 * @csspart bar - The row with the buttons and the address.
 * @csspart button - Each button.
 * @csspart address - The address field.
 *
 * @cssprop [--chaser-live-view-accent=#2563eb] - Focus ring, and the edge of the active tab.
 */
export class ChaserLiveTabs extends LitElement {
  static override readonly properties: PropertyDeclarations = {
    htmlFor: {attribute: 'for', reflect: true},
  };

  /**
   * The id of the `<chaser-live-view>`, which must be in the same document or shadow tree.
   * @default ''
   */
  declare htmlFor: string;

  #view: ChaserLiveView | undefined;
  /** Watches for the view to be added or replaced after this element. */
  #arrivals: MutationObserver | undefined;
  /** The tab that arrow keys move from, if it is not the active one. */
  #focusedId = '';
  #shownId = '';
  #context = '';
  #sheet: CSSStyleSheet | undefined;

  constructor() {
    super();
    this.htmlFor = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#arrivals = new MutationObserver(() => this.#look());
    this.#arrivals.observe(this.getRootNode(), {childList: true, subtree: true, attributeFilter: ['id', 'lang', 'dir']});
    this.#find();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#arrivals?.disconnect();
    this.#follow(undefined);
  }

  protected override willUpdate(): void {
    this.#find();
  }

  protected override render(): TemplateResult {
    const words = wordsFor(this);
    const {tabs = [], navigation = 'none'} = this.#view ?? {};
    const isFull = navigation === 'full';
    return html`
      <div lang=${words.lang} class=${this.#isRtl ? 'rtl' : ''}>
        <div class="row">
          <div part="tabs" class="strip" role="tablist" aria-label=${words.say('tabs')} @keydown=${this.#onKeyDown}>
            ${repeat(tabs, ({id}) => id, (tab) => this.#tab(tab, words))}
          </div>
          ${isFull ? this.#button(words, 'newTab', true, (view) => view.newTab()) : nothing}
        </div>
        ${this.#bar(words, isFull)}
      </div>
    `;
  }

  protected override updated(): void {
    this.#dress();
    const {renderRoot} = this;
    const input = renderRoot.querySelector('input');
    // Text that is being typed stays.
    if (input && !input.matches(':focus')) this.#restore(input);
    const front = this.#front;
    if (front && front.id !== this.#shownId) this.#reveal(renderRoot.querySelector('[aria-selected=true]'));
    this.#shownId = front?.id ?? '';
  }

  get #front(): Tab | undefined {
    return this.#view?.tabs.find(({active}) => active);
  }

  get #isRtl(): boolean {
    return this.isConnected && getComputedStyle(this).direction === 'rtl';
  }

  #tab({id, title, url, active}: Tab, words: Words): TemplateResult {
    const canAct = this.#view?.navigation !== 'none';
    const name = title || url || words.say('newTab');
    const focusedId = this.#view?.tabs.some((tab) => tab.id === this.#focusedId) ? this.#focusedId : this.#front?.id;
    return html`
      <div
        part="tab" class="tab" role="tab" id=${id} title=${name} aria-selected=${active} aria-disabled=${!canAct} aria-keyshortcuts="Delete"
        tabindex=${id === focusedId ? 0 : -1}
        @click=${() => this.#view?.activateTab(id)} @focus=${() => this.#setFocused(id)}
        @mousedown=${(event: MouseEvent) => event.button === MIDDLE && event.preventDefault()}
        @auxclick=${({button}: MouseEvent) => button === MIDDLE && this.#view?.closeTab(id)}
      >
        <span class="title">${name}</span>
        ${canAct ? html`
          <span class="close" title=${words.say('close')} aria-hidden="true" @click=${(event: Event) => this.#close(event, id)}>
            <svg viewBox="0 0 24 24">${ICONS.stop}</svg>
          </span>` : nothing}
      </div>
    `;
  }

  #bar(words: Words, isFull: boolean): TemplateResult {
    const view = this.#view;
    const canAct = view !== undefined && view.navigation !== 'none';
    return html`
      <div part="bar" class="row">
        ${this.#button(words, 'back', canAct && view.canGoBack, (view) => view.navigate('back'))}
        ${this.#button(words, 'forward', canAct && view.canGoForward, (view) => view.navigate('forward'))}
        ${this.#button(words, view?.loading ? 'stop' : 'reload', canAct && view.tabs.length > 0, (view) => view.navigate(view.loading ? 'stop' : 'reload'))}
        <form @submit=${(event: Event) => this.#go(event, words)}>
          <input
            part="address" aria-label=${words.say('address')} ?readonly=${!isFull} dir="ltr" inputmode="url" enterkeyhint="go" autocomplete="off"
            autocapitalize="none" spellcheck="false"
            @focus=${({currentTarget}: Event) => currentTarget instanceof HTMLInputElement && currentTarget.select()}
            @blur=${() => this.requestUpdate()}
            @input=${({currentTarget}: Event) => currentTarget instanceof HTMLInputElement && currentTarget.setCustomValidity('')}
            @keydown=${({key, isComposing, currentTarget}: KeyboardEvent) => {
              if (key === 'Escape' && !isComposing && currentTarget instanceof HTMLInputElement) this.#restore(currentTarget).select();
            }}
          >
        </form>
      </div>
    `;
  }

  #button(words: Words, name: keyof typeof ICONS & TextKey, isEnabled: boolean, act: (view: ChaserLiveView) => void): TemplateResult {
    const label = words.say(name);
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} ?disabled=${!isEnabled} @click=${() => this.#view && act(this.#view)}>
        <svg class=${name === 'newTab' || name === 'stop' ? '' : 'turns'} viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>
      </button>
    `;
  }

  /** Arrow keys only move the focus, and Enter and Space activate a tab, because activating each tab on the way would load its page. */
  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = all.findIndex((tab) => tab.matches(':focus'));
    const id = all[at]?.id;
    if (id === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const forward = this.#isRtl ? 'ArrowLeft' : 'ArrowRight';
    const back = this.#isRtl ? 'ArrowRight' : 'ArrowLeft';
    const to = {[forward]: at + 1, [back]: at - 1, Home: 0, End: -1}[event.key];
    if (to !== undefined) {
      const tab = all.at(to % all.length);
      tab?.focus({preventScroll: true});
      this.#reveal(tab);
    } else if (event.key === 'Enter' || event.key === ' ') this.#view?.activateTab(id);
    else if (event.key === 'Delete') {
      // The next tab takes the focus, because the focus would be lost with the closed tab.
      (all[at + 1] ?? all[at - 1])?.focus({preventScroll: true});
      this.#view?.closeTab(id);
    } else return;
    event.preventDefault();
  };

  #close(event: Event, id: string): void {
    event.stopPropagation();
    this.#view?.closeTab(id);
  }

  #go(event: Event, words: Words): void {
    event.preventDefault();
    const input = this.renderRoot.querySelector('input');
    if (!input || input.readOnly) return;
    const address = addressOf(input.value);
    input.setCustomValidity(address === undefined ? words.say('noAddress') : '');
    if (address === undefined) {
      input.reportValidity();
      return;
    }
    this.#view?.navigate(address);
    // As in a browser, the page gets the focus next.
    this.#view?.focus();
  }

  #restore(input: HTMLInputElement): HTMLInputElement {
    const url = this.#front?.url ?? '';
    input.setCustomValidity('');
    input.value = url === 'about:blank' ? '' : url;
    return input;
  }

  #setFocused(id: string): void {
    this.#focusedId = id;
    this.requestUpdate();
  }

  /** Scrolls the strip, and never the page around it. */
  #reveal(tab: Element | null | undefined): void {
    const strip = tab?.parentElement;
    if (!tab || !strip) return;
    const [inner, outer] = [tab.getBoundingClientRect(), strip.getBoundingClientRect()];
    strip.scrollLeft += Math.max(0, inner.right - outer.right) + Math.min(0, inner.left - outer.left);
  }

  #find(): void {
    const root = this.getRootNode();
    const found = this.isConnected && (root instanceof Document || root instanceof ShadowRoot) ? root.getElementById(this.htmlFor) : null;
    this.#follow(isView(found) ? found : undefined);
  }

  /** The document has changed. The view, the language or the direction may have changed, too. */
  #look(): void {
    this.#find();
    const context = `${wordsFor(this).lang} ${this.#isRtl}`;
    if (context !== this.#context) this.requestUpdate();
    this.#context = context;
  }

  #follow(view: ChaserLiveView | undefined): void {
    if (view === this.#view) return;
    this.#view?.removeEventListener('tabschange', this.#onChange);
    this.#view = view;
    view?.addEventListener('tabschange', this.#onChange);
    this.requestUpdate();
    // A view whose script is not loaded yet has no tabs before that.
    if (view && !('tabs' in view)) void customElements.whenDefined('chaser-live-view').then(this.#onChange);
  }

  readonly #onChange = (): void => this.requestUpdate();

  /** A style sheet can be used only in the document that created it: https://github.com/lit/lit-element/issues/1139 */
  #dress(): void {
    const root = this.shadowRoot;
    const window = this.ownerDocument.defaultView;
    if (!root || !window || (this.#sheet && root.adoptedStyleSheets.includes(this.#sheet))) return;
    this.#sheet = new window.CSSStyleSheet();
    this.#sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [this.#sheet];
  }
}

function isView(element: Element | null): element is ChaserLiveView {
  return element?.localName === 'chaser-live-view';
}
