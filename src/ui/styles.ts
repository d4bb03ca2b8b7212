import {css} from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    background: var(--chaser-live-view-background, #0b0d12);
  }
  :host([hidden]) { display: none; }

  /* The box that the canvas fills. In 'none' and 'scale-down' it knows the viewport's own size. */
  .picture {
    position: relative;
    width: 100%;
    height: 100%;
  }
  :host([fit='none']) .picture, :host([fit='scale-down']) .picture {
    --width: calc(var(--viewport-width, 300) * 1px);
    --height: calc(var(--viewport-height, 150) * 1px);
    position: absolute;
    inset: calc(50% - var(--height) / 2) auto auto calc(50% - var(--width) / 2);
    width: var(--width);
    height: var(--height);
  }
  :host([fit='scale-down']) .picture {
    --width: min(100%, calc(var(--viewport-width, 300) * 1px));
    --height: min(100%, calc(var(--viewport-height, 150) * 1px));
  }
  canvas {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: contain;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
  }
  :host([fit='cover']) canvas { object-fit: cover; }
  :host([fit='fill']) canvas, :host([fit='none']) canvas { object-fit: fill; }

  /* No size, no paint: where the four of them are in the window is where the picture's corners are, transforms and all. */
  .corner {
    position: absolute;
    top: 0;
    left: 0;
    width: 0;
    height: 0;
    visibility: hidden;
    pointer-events: none;
  }
  .corner.right { left: 100%; }
  .corner.bottom { top: 100%; }
`;
