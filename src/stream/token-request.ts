import {LiveViewError} from '../errors.js';
import {parsePreviewToken} from '../protocol.js';
import type {CloseAction, PreviewToken} from '../protocol.js';

/** No token was to be had: what to do about it, and no sooner than when. */
export class TokenRequestError extends Error {
  readonly action: Exclude<CloseAction, 'mint'>;
  readonly retryAfterMs: number;

  constructor(message: string, action: Exclude<CloseAction, 'mint'>, retryAfterMs = 0) {
    super(message);
    this.action = action;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The longest that a `Retry-After` is taken at its word. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** What came of a mint call; `serverMs` is the time of the server that answered, NaN where it names none. */
export interface MintAnswer {
  readonly token: PreviewToken;
  readonly serverMs: number;
}

/**
 * Asks the page's own endpoint for a token.
 * @throws {TokenRequestError} whose text holds neither the endpoint's query nor its answer.
 */
export async function requestToken(endpoint: string, signal: AbortSignal): Promise<MintAnswer> {
  const response = await post(endpoint, signal);
  const serverMs = Date.parse(response.headers.get('date') ?? '');
  if (!response.ok) throw await refusal(response, serverMs);
  try {
    return {token: parsePreviewToken(await response.json()), serverMs};
  } catch (error) {
    if (signal.aborted) throw error;
    const problem = error instanceof TypeError ? error.message : 'it is not JSON';
    throw new TokenRequestError(`The token endpoint's answer is not a preview token: ${problem}.`, 'fail');
  }
}

async function post(endpoint: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(endpoint, {
      method: 'POST', body: '{}', headers: {'content-type': 'application/json', accept: 'application/json'},
      credentials: 'same-origin', cache: 'no-store', signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new TokenRequestError('The token endpoint could not be reached.', 'retry');
  }
}

async function refusal(response: Response, serverMs: number): Promise<TokenRequestError> {
  const {status} = response;
  const code = await errorCode(response);
  const message = `The token endpoint answered ${status}.`;
  if (status === 404) return new TokenRequestError('The session is not there any more.', 'end');
  if (status === 409 && code === 'session_not_open') return new TokenRequestError('The session has ended.', 'end');
  const isPassing = status >= 500 || [408, 409, 425, 429].includes(status);
  return new TokenRequestError(message, isPassing ? 'retry' : 'fail', retryAfterMs(response, serverMs));
}

/** `error.code` of an error answer; empty where it has none. */
async function errorCode(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date by the clock of the server that sent it. */
function retryAfterMs(response: Response, serverMs: number): number {
  const value = response.headers.get('retry-after') ?? '';
  const delayMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - (Number.isNaN(serverMs) ? Date.now() : serverMs);
  return Number.isNaN(delayMs) ? 0 : Math.min(Math.max(delayMs, 0), MAX_RETRY_AFTER_MS);
}

/**
 * Asks the page's own code for a token. What it throws is not passed on, because nobody knows what it quotes; except
 * a fatal `LiveViewError`, by which it says that there is no use in asking again.
 * @throws {TokenRequestError | LiveViewError}
 */
export async function provideToken(provide: () => Promise<PreviewToken>, signal: AbortSignal): Promise<MintAnswer> {
  let value: unknown;
  try {
    value = await provide();
  } catch (error) {
    if (signal.aborted || (error instanceof LiveViewError && error.fatal)) throw error;
    throw new TokenRequestError('The page\'s token provider failed.', 'retry');
  }
  try {
    return {token: parsePreviewToken(value), serverMs: NaN};
  } catch (error) {
    const problem = error instanceof Error ? error.message : '';
    throw new TokenRequestError(`The page's token provider gave no preview token: ${problem}.`, 'fail');
  }
}
