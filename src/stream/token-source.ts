import type {PreviewToken} from '../protocol.js';

/** Why a token is asked for: the first one, one to take over before the last runs out, or one after it has run out. */
export interface TokenContext {
  readonly signal: AbortSignal;
  readonly reason: 'connect' | 'renew' | 'resume';
}

/** Mints a preview token in the page's own way. */
export type TokenProvider = (context: TokenContext) => Promise<PreviewToken>;

/** Where tokens come from, as the page set it. */
export interface TokenOptions {
  readonly src: string;
  readonly previewToken: PreviewToken | null;
  readonly tokenEndpoint: string;
  readonly tokenProvider: TokenProvider | null;
}
