import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import {DownloadEvent} from '../events.js';
import type {DownloadMessage} from '../protocol.js';
import {button} from './button.js';
import type {Words} from './texts.js';

/** How many downloads are shown at once: the newest. */
const MAX_SHOWN = 8;

export interface DownloadsHost extends EventTarget {
  requestUpdate(): void;
}

/** Shows the session's downloads as links, without covering the picture. */
export class Downloads {
  readonly #host: DownloadsHost;
  /** The preview's own host and port. */
  readonly #previewHost: () => string;
  #shown: readonly DownloadMessage[] = [];

  constructor(host: DownloadsHost, previewHost: () => string) {
    this.#host = host;
    this.#previewHost = previewHost;
  }

  receive(message: DownloadMessage): void {
    const {name, size = 0, url = ''} = message;
    if (url && !(this.#isSafe(url) && this.#host.dispatchEvent(new DownloadEvent(name, size, url)))) return;
    this.#show([...this.#shown.filter(({id}) => id !== message.id), message].slice(-MAX_SHOWN));
  }

  /** Forgets what another session has offered. */
  clear(): void {
    this.#shown = [];
  }

  render(words: Words): TemplateResult | typeof nothing {
    return this.#shown.length === 0 ? nothing : html`
      <div part="downloads" role="status">
        ${this.#shown.map(({name, url, size = 0}) => url
          ? html`<a part="download" href=${url} download=${name} target="_blank" rel="noreferrer">⤓ <bdi>${name}</bdi> <small>${sizeOf(size, words)}</small></a>`
          : html`<p><bdi>${name}</bdi>: ${words.say('download_declined')}</p>`)}
        ${button(words, 'ok', () => this.#show([]))}
      </div>
    `;
  }

  #show(shown: readonly DownloadMessage[]): void {
    this.#shown = shown;
    this.#host.requestUpdate();
  }

  #isSafe(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const {protocol, host} = new URL(url);
    return /^https?:$/.test(protocol) && host === this.#previewHost();
  }
}

function sizeOf(bytes: number, {lang}: Words): string {
  const [unit, size] = bytes < 1e6 ? ['kilobyte', 1e3] as const : ['megabyte', 1e6] as const;
  return (bytes / size).toLocaleString(lang, {style: 'unit', unit, maximumFractionDigits: 1});
}
