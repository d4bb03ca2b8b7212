import {type Html, html} from '../html.js';
import {layout} from './layout.js';

const LIVE = '/demo/exhibits/0/preview-token';

interface Exhibit {
  readonly title: string;
  readonly note: string;
  /** The element's HTML. The page shows this code and uses it. */
  readonly element: Html;
}

const live = (attributes: Html, content: Html | string = ''): Html => html`<chaser-live-view token-endpoint="${LIVE}"${attributes}>${content}</chaser-live-view>`;
const still = (stream: string, attributes: Html | string = ''): Html => html`<chaser-live-view data-stream="${stream}" label="${stream}"${attributes}></chaser-live-view>`;

const ATTRIBUTES: readonly Exhibit[] = [
  ...['contain', 'cover', 'fill', 'none', 'scale-down'].map((fit) => ({
    title: `fit="${fit}"`, note: 'Like CSS object-fit. A click lands on what you see.', element: live(html` class="square" fit="${fit}" label="fit ${fit}"`),
  })),
  {title: 'controls', note: 'A control bar below the picture, like that of a video.', element: live(html` controls label="controls"`)},
];

const STATES: readonly Exhibit[] = [
  {title: 'idle', note: 'There is nothing to connect to.', element: html`<chaser-live-view label="idle"></chaser-live-view>`},
  {title: 'connecting', note: 'Until the first picture.', element: html`<chaser-live-view id="connecting" label="connecting"></chaser-live-view>`},
  {title: 'live', note: 'The picture is up to date.', element: live(html` label="live"`)},
  {title: 'paused', note: 'Held, and not lost.', element: live(html` class="pause" label="paused"`)},
  {title: 'stalled', note: 'The server does not answer. After 15 s, the element reconnects.', element: still('stalled')},
  {title: 'reconnecting', note: 'The connection broke, and the element is opening another.', element: still('reconnecting')},
  {title: 'expired', note: 'The token has expired, and the element cannot get another.', element: html`<chaser-live-view id="expired" label="expired"></chaser-live-view>`},
  {title: 'ended', note: 'The session is over.', element: html`<chaser-live-view token-endpoint="/demo/states/ended" label="ended"></chaser-live-view>`},
  {title: 'failed', note: 'The element has given up. Its error says why.', element: html`<chaser-live-view token-endpoint="/demo/states/failed" label="failed"></chaser-live-view>`},
];

const TAKE_OVER: readonly Exhibit[] = [
  {title: 'The keyboard', note: 'Click into the view. A ring and a text show that the session has your keyboard, and how to get it back.', element: live(html` label="keyboard"`)},
  {title: 'readonly', note: 'A click is not sent, and a text says why.', element: live(html` readonly label="readonly"`)},
  {title: 'A token to watch only', note: 'input_enabled is false: there is no control to take, and a click says so.', element: still('watch', html` controls`)},
  {title: 'A dialog', note: 'A native dialog is not in the picture, so the element shows it. Click into the picture to open one.', element: still('confirm')},
  {title: 'A prompt', note: 'A dialog that asks for text.', element: still('prompt')},
  {title: 'A drop-down', note: 'The element shows the list where the select box is in the picture.', element: still('select')},
];

const LOOKS: readonly Exhibit[] = [
  {title: 'Custom properties', note: '--chaser-live-view-background, -accent and -overlay.', element: live(html` class="square warm pause" controls label="Custom properties"`)},
  {title: 'Parts', note: '::part(canvas), ::part(overlay), ::part(status), ::part(controls), ::part(button), ::part(dialog).', element: live(html` class="parts pause" controls label="Parts"`)},
  {title: 'lang="ja"', note: 'Texts in six languages: the language of the page around the view, or the browser\'s.', element: live(html` class="pause" lang="ja" controls label="In Japanese"`)},
  {title: 'dir="rtl"', note: 'From right to left.', element: live(html` class="pause" dir="rtl" controls label="From right to left"`)},
  {title: 'Slots', note: 'Words of the page\'s own for a state.', element: html`<chaser-live-view token-endpoint="/demo/states/ended" label="Slots"><p slot="ended">That was it. <a href="/">Start another one?</a></p></chaser-live-view>`},
  {title: 'Slot of the bar', note: 'The page\'s own button in the bar.', element: live(html` controls label="slot controls"`, html`<button slot="controls" type="button">Done</button>`)},
];

/** Each attribute, state, part and property of the element, live. */
export function galleryPage(): string {
  return layout({
    path: '/gallery', title: 'Gallery', script: 'gallery',
    content: html`
      <div class="head">
        <section class="intro">
          <h1>Gallery</h1>
          <p>Each attribute, state and part of the element. The live ones show one session, which the visitors of this page share: click into it.</p>
        </section>
      </div>
      ${hall('Attributes', ATTRIBUTES)}${hall('States', STATES)}${hall('Taking over', TAKE_OVER)}${hall('Looks', LOOKS)}`,
  });
}

function hall(title: string, exhibits: readonly Exhibit[]): Html {
  return html`
    <h2 class="hall">${title}</h2>
    <div class="gallery">${exhibits.map(({title, note, element}) => html`
      <figure>${element}<figcaption><b>${title}</b><span>${note}</span></figcaption></figure>`)}
    </div>`;
}
