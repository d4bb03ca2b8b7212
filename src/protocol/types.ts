import type {NAVIGATIONS} from './constants.js';

/** A width and a height: in CSS pixels for a viewport, in pixels for a frame. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The answer to a token request, `POST /v1/sessions/{id}/preview-token`. */
export interface PreviewToken {
  /** The preview WebSocket's address, with the token in its query. */
  readonly url: string;
  /** When the token expires, as an ISO 8601 date. */
  readonly expires_at: string;
  /** Whether the token allows input. */
  readonly input_enabled: boolean;
  /** The most frames that the server sends in a second. */
  readonly fps: number;
  /** What navigation the token allows. Absent if the server does not support tabs. */
  readonly navigation?: Navigation;
}

/** What navigation a token allows: `none`, `history` (back, forward, reload, existing tabs) or `full` (also new tabs and any address). */
export type Navigation = (typeof NAVIGATIONS)[number];
