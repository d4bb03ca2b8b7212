export const STYLES = `
  :host {
    display: block;
    min-width: 0;
    color: CanvasText;
    background: Canvas;
    color-scheme: light dark;
    font: .875rem/1.4 system-ui, sans-serif;
  }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  .row {
    display: flex;
    align-items: center;
    gap: .25rem;
    padding: .25rem;
  }
  .strip {
    display: flex;
    flex: 0 1 auto;
    gap: .25rem;
    min-width: 0;
    overflow-x: auto;
    scrollbar-width: thin;
  }
  .tab {
    display: flex;
    flex: 1 1 12rem;
    align-items: center;
    min-width: 7rem;
    max-width: 14rem;
    min-height: 2.5rem;
    padding-inline-start: .75rem;
    border: 1px solid #0000;
    border-radius: .5rem;
    background: #8882;
    cursor: pointer;
    user-select: none;
    -webkit-user-select: none;
  }
  .tab[aria-disabled=true] { cursor: default; }
  .tab[aria-selected=true] {
    border-color: var(--chaser-live-view-accent, #2563eb);
    background: Canvas;
  }
  .title {
    flex: auto;
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
    unicode-bidi: plaintext;
    text-align: start;
  }
  .close {
    flex: none;
    display: grid;
    place-items: center;
    width: 2.25rem;
    height: 2.25rem;
    border-radius: .5rem;
  }
  .close:hover { background: #8884; }
  button {
    flex: none;
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    padding: 0;
    border: 1px solid #0000;
    border-radius: .5rem;
    color: inherit;
    background: none;
    cursor: pointer;
  }
  button:hover:enabled { background: #8883; }
  button:disabled {
    color: GrayText;
    cursor: default;
  }
  svg {
    width: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .rtl .turns { transform: scaleX(-1); }
  form {
    flex: auto;
    min-width: 0;
  }
  input {
    width: 100%;
    min-height: 2.75rem;
    padding: 0 .75rem;
    border: 1px solid #8888;
    border-radius: .5rem;
    font: inherit;
    font-size: max(1em, 16px);
    color: inherit;
    background: Field;
    text-overflow: ellipsis;
  }
  input:read-only { background: #8881; }
  :focus-visible {
    outline: 2px solid var(--chaser-live-view-accent, #2563eb);
    outline-offset: -2px;
  }
`;
