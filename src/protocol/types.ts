import type {NAVIGATIONS} from './constants.js';

/** A width and height: CSS pixels for a viewport, pixels for a frame. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The answer of the mint call, `POST /v1/sessions/{id}/preview-token`. */
export interface PreviewToken {
  /** The preview WebSocket's address, the token in its query. */
  readonly url: string;
  /** When the token stops being good, as an ISO 8601 date. */
  readonly expires_at: string;
  /** Whether the token allows input. */
  readonly input_enabled: boolean;
  /** Most frames a second that the server sends. */
  readonly fps: number;
  /** How far the token's holder may navigate; absent where the server has no tabs. */
  readonly navigation?: Navigation;
}

/** How far a token's holder may navigate: not at all, back and forward and between tabs, or to any address. */
export type Navigation = (typeof NAVIGATIONS)[number];
