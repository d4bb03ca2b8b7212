import {css} from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    background: var(--chaser-live-view-background, #0b0d12);
  }
  :host([hidden]) { display: none; }
  canvas { display: block; width: 100%; height: 100%; }
`;
