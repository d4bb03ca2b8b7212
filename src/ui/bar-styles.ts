/** The control bar as a row of icons. `HOST` stands for the host's selector. */
const FOLDED_STYLES = `
    HOST [part=controls] {
      flex-wrap: nowrap;
      overflow-x: auto;
      padding-block: 0;
      transition: opacity .2s 3s;
    }
    HOST .stage:active ~ [part=controls]:not(:focus-within) {
      opacity: 0;
      transition-delay: 0s;
    }
    HOST .icon { display: block; }
    HOST .icon + span {
      position: absolute;
      clip-path: inset(50%);
    }`;

/** The control bar and its buttons, and the rim for swipes. */
export const BAR_STYLES = `
  [part=controls] {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: .25rem;
    padding: .25rem .5rem;
    color: CanvasText;
    background: Canvas;
  }
  [part=controls] > button, .cancel, .cannot {
    flex: auto;
    padding: 0 .5rem;
    color: inherit;
    background: #8882;
  }
  /* Takes the free space. Without free space, the buttons wrap and fill their lines. */
  [part=controls] > span { flex: 99 auto; }
  /* The bar keeps its room when it is hidden, so the picture does not move. */
  .stage:hover ~ [part=controls]:not(:focus-within) > :not(span) { opacity: 0; }
  @media not (any-pointer: coarse) {
    .keyboard { display: none; }
  }
  /* Clicks on an icon or a text are clicks on the button. */
  button > * { pointer-events: none; }
  .icon {
    display: none;
    width: 1.5rem;
    height: 1.5rem;
    margin: auto;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
  }
  /* If there is little height, the bar is a row of icons, and is hidden while the person works. */
  @media (orientation: landscape) and (max-height: 30rem) {
    ${FOLDED_STYLES.replaceAll('HOST', ':host')}
  }
  ${FOLDED_STYLES.replaceAll('HOST', ':host(:fullscreen)')}

  /* A swipe that begins here scrolls the page around the view. A tap goes to the session. */
  .rim { display: none; }
  @media (pointer: coarse) and (not (any-pointer: fine)) {
    .rim {
      display: block;
      position: absolute;
      inset: 0;
      touch-action: pan-x pan-y pinch-zoom;
      clip-path: polygon(0 0, 0 100%, .75rem 100%, .75rem .75rem, calc(100% - .75rem) .75rem, calc(100% - .75rem) calc(100% - .75rem), .75rem calc(100% - .75rem), .75rem 100%, 100% 100%, 100% 0);
    }
    option { padding-block: .875rem; }
    /* Above an on-screen keyboard. */
    .cover:has(input) { justify-content: start; }
  }
`;
