import {BAR_STYLES} from './bar-styles.js';
import {HANDOFF_STYLES} from './handoff-styles.js';

/** Sizes that follow the viewport are `--viewport-width` and `--viewport-height`, set in a rule after these. */
export const STYLES = `
  :host {
    --viewport-width: 1280;
    --viewport-height: 720;
    --width: calc(var(--viewport-width) * 1px);
    --height: calc(var(--viewport-height) * 1px);
    display: block;
    position: relative;
    overflow: hidden;
    width: fit-content;
    min-width: 0;
    max-width: 100%;
    /* Never higher than the screen, whatever the width. */
    max-height: 100vh;
    max-height: 100dvh;
    aspect-ratio: var(--viewport-width) / var(--viewport-height);
    background: var(--chaser-live-view-background, #0b0d12);
    color-scheme: light dark;
    font: .875rem/1.4 system-ui, sans-serif;
  }
  :host([controls]:not([controls='false' i])) { aspect-ratio: auto; }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  .frame, .cover {
    display: flex;
    flex-direction: column;
  }
  .frame, canvas {
    width: 100%;
    height: 100%;
  }
  .frame { max-height: inherit; }
  :host(:fullscreen) { max-height: none; }
  .stage {
    flex: auto;
    position: relative;
    /* Neither a script nor the focus can scroll to what is cut off. */
    overflow: clip;
    min-height: 0;
  }
  :host([controls]:not([controls='false' i])) .stage { aspect-ratio: var(--viewport-width) / var(--viewport-height); }
  /* Gives the element its natural width. A replaced element with a percentage width can still shrink to nothing. */
  .stage > svg {
    display: block;
    width: var(--width);
    max-width: 100%;
    height: 0;
  }

  /* The picture is the box that the canvas fills. With 'none' and 'scale-down', its size depends on the viewport's. */
  .picture, .ring, .cover, .corner, textarea, #hint, .spoken, [part=notice] { position: absolute; }
  .picture, .ring, .cover { inset: 0; }
  .picture { transform-origin: 0 0; }
  :host([fit='none' i]) .picture, :host([fit='scale-down' i]) .picture {
    inset: calc(50% - var(--height) / 2) auto auto calc(50% - var(--width) / 2);
    width: var(--width);
    height: var(--height);
  }
  :host([fit='scale-down' i]) .picture {
    max-width: 100%;
    max-height: 100%;
    inset: 0;
    margin: auto;
  }
  canvas {
    display: block;
    object-fit: contain;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
  }
  :host([fit='cover' i]) canvas { object-fit: cover; }
  :host([fit='fill' i]) canvas, :host([fit='none' i]) canvas { object-fit: fill; }

  /* .ring shows their focus. */
  canvas, textarea { outline: none; }

  /* Input methods and on-screen keyboards write here. A smaller font makes iOS zoom in, and an element without display gets no focus. */
  textarea, .corner {
    top: 0;
    left: 0;
  }
  textarea {
    width: 1px;
    height: 1px;
    padding: 0;
    border: 0;
    opacity: 0;
    font-size: 16px;
    pointer-events: none;
  }

  /* Markers without size or paint. Their positions in the window are those of the picture's corners, with all transforms. */
  .corner { visibility: hidden; }
  .corner.right { left: 100%; }
  .corner.bottom { top: 100%; }

  /* These elements take no clicks from the picture. */
  .ring {
    display: none;
    outline: 3px solid var(--chaser-live-view-accent, #2563eb);
    outline-offset: -3px;
    pointer-events: none;
  }
  .picture:focus-within + .ring { display: block; }
  #hint {
    bottom: .5rem;
    left: .5rem;
  }
  /* The hint disappears after a while. The ring stays. */
  #hint { animation: show .15s both, hide 1s 4s forwards; }
  /* With a touch screen, the keyboard shortcut is not shown. Screen readers still announce it, because their users may have a keyboard. */
  @media (pointer: coarse) {
    .keys { position: absolute; clip-path: inset(50%); }
  }
  [part=notice] {
    inset: .5rem .5rem auto;
    width: fit-content;
    margin: auto;
    overflow-wrap: anywhere;
    pointer-events: none;
    animation: show .15s, hide 1s 7s forwards;
  }
  .stalled p, #hint, [part=notice] {
    padding: .25rem .75rem;
    border-radius: 1rem;
    color: #fff;
    background: #0b0d12;
  }

  [part=downloads] {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: .25rem 1rem;
    overflow: auto;
    max-height: 40%;
    padding: .25rem .5rem;
    color: CanvasText;
    background: Canvas;
  }
  [part=download] {
    overflow-wrap: anywhere;
    padding: .75rem 0;
    color: LinkText;
  }

  .cover {
    align-items: center;
    justify-content: center;
    gap: .5rem;
    overflow: auto;
    container-type: size;
    padding: .5rem;
    text-align: center;
    color: #fff;
    background: var(--chaser-live-view-overlay, rgb(11 13 18 / .75));
  }
  [part=overlay] { animation: show .15s both; }
  /* States that end before this delay are not shown. */
  .connecting, .stalled, .reconnecting { animation-delay: .3s; }
  .stalled {
    justify-content: start;
    pointer-events: none;
    background: rgb(11 13 18 / .3);
  }
  p {
    margin: 0;
    unicode-bidi: plaintext;
  }
  .spoken { clip-path: inset(50%); }

  /* The rule for touch screens, below, overrides this one. */
  option { padding-block: .25rem; }
  button, input, select {
    min-width: 2.75rem;
    min-height: 2.75rem;
    padding: 0 .75rem;
    border: 1px solid;
    border-radius: .5rem;
    font: inherit;
  }
  /* The border is visible with forced colours. */
  button {
    border-color: #0000;
    color: #fff;
    background: var(--chaser-live-view-accent, #2563eb);
    cursor: pointer;
  }
  button:focus-visible {
    outline: 2px solid;
    outline-offset: -4px;
  }

  ${BAR_STYLES}
  ${HANDOFF_STYLES}

  dialog {
    max-width: min(30rem, 100% - 1rem);
    max-height: 100%;
    overflow: auto;
    border: 1px solid #8886;
    border-radius: .75rem;
    text-align: start;
  }
  /* The size must not depend on the position, because the position is computed from the size. */
  .select {
    position: absolute;
    width: max-content;
    margin: 0;
  }
  dialog button { margin-inline-end: .25rem; }
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  /* The origin of the dialog, distinct from the page's text. */
  .origin {
    margin-bottom: .5rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  button:disabled { opacity: .5; }
  #message {
    margin-bottom: .75rem;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  input, select {
    display: block;
    width: 100%;
    margin: .75rem 0;
  }
  /* The dialog's buttons stay visible in a small element. */
  select {
    max-height: calc(100cqh - 7.5rem);
    padding: .5rem;
  }
  progress {
    display: block;
    width: 100%;
    margin: .75rem 0;
    accent-color: var(--chaser-live-view-accent, #2563eb);
  }
  /* Opened by the dialog's button. */
  [type=file] { display: none; }

  @keyframes show {
    from { opacity: 0; }
  }
  @keyframes hide {
    to { opacity: 0; }
  }
  @media (prefers-reduced-motion) {
    * { animation-duration: 1ms !important; }
  }
`;

/** With a strip above the picture, the element is taller, as with the bar below it, so that the picture keeps its size. */
export const TALLER = ':host{aspect-ratio:auto}.stage{aspect-ratio:var(--viewport-width)/var(--viewport-height)}';
