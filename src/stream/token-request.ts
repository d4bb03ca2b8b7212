import {LiveViewError} from '../errors.js';
import type {LiveViewErrorCode} from '../errors.js';
import {parsePreviewToken} from '../protocol.js';
import type {PreviewToken} from '../protocol.js';
import {member} from '../protocol/read.js';

/** A token request failed. If `fatal`, there is no point in another attempt. Otherwise, the next one comes after `retryAfterMs`. */
export class TokenRequestError extends LiveViewError {
  readonly retryAfterMs: number;

  constructor(message: string, isFatal: boolean, retryAfterMs = 0, code: LiveViewErrorCode = 'token_request_failed') {
    super(code, message, {fatal: isFatal});
    this.retryAfterMs = retryAfterMs;
  }
}

/** In UTF-16 units. A token has less than a thousandth of it. */
const MAX_ANSWER_LENGTH = 1024 * 1024;
/** The longest `Retry-After` that is followed. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** The answer to a token request. `serverMs` is the time of the server that answered, or NaN if it named none. */
export interface MintAnswer {
  readonly token: PreviewToken;
  readonly serverMs: number;
}

/**
 * Requests a token from the page's own endpoint.
 * @throws {TokenRequestError} whose text contains neither the endpoint's query nor its answer.
 */
export async function requestToken(endpoint: string, signal: AbortSignal): Promise<MintAnswer> {
  const response = await fetch(endpoint, {
    method: 'POST', body: '{}', headers: {'content-type': 'application/json', accept: 'application/json'},
    credentials: 'same-origin', cache: 'no-store', signal,
  }).catch(() => {
    throw new TokenRequestError('The token endpoint could not be reached.', false);
  });
  const serverMs = Date.parse(response.headers.get('date') ?? '');
  const answer = await readJson(response);
  if (!response.ok) throw refusal(response, answer, serverMs);
  return {token: readToken(answer, 'endpoint'), serverMs};
}

/** Returns undefined if the answer is not JSON. An answer may be endless, so only so much is read. */
async function readJson({body}: Response): Promise<unknown> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      text += decoder.decode(piece.value, {stream: true});
      if (text.length > MAX_ANSWER_LENGTH) break;
    }
    if (text.length <= MAX_ANSWER_LENGTH) return JSON.parse(text);
  } catch {
    return undefined;
  }
  void reader?.cancel();
  throw new TokenRequestError('The answer of the token endpoint is longer than 1 MiB.', true);
}

/**
 * Requests a token from the page's provider. Its error is not passed on, because it may quote a token. The exception is a
 * fatal `LiveViewError`, which says that there is no point in another attempt.
 * @throws {LiveViewError}
 */
export async function provideToken(provide: () => Promise<PreviewToken>): Promise<MintAnswer> {
  const answer: unknown = await provide().catch((error: unknown) => {
    throw error instanceof LiveViewError && error.fatal ? error : new TokenRequestError('The token provider failed.', false);
  });
  return {token: readToken(answer, 'provider'), serverMs: NaN};
}

function readToken(answer: unknown, source: 'endpoint' | 'provider'): PreviewToken {
  try {
    return parsePreviewToken(answer);
  } catch (error) {
    throw new TokenRequestError(`The token ${source} gave no preview token: ${error instanceof TypeError ? error.message : ''}.`, true);
  }
}

function refusal({status, headers}: Response, answer: unknown, serverMs: number): TokenRequestError {
  if (status === 404 || (status === 409 && member(member(answer, 'error'), 'code') === 'session_not_open')) {
    return new TokenRequestError('The session has ended.', true, 0, 'session_ended');
  }
  const isPassing = status >= 500 || [408, 409, 425, 429].includes(status);
  return new TokenRequestError(`The token endpoint answered ${status}.`, !isPassing, retryAfterMs(headers, serverMs));
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date by the clock of the server that sent it. */
function retryAfterMs(headers: Headers, serverMs: number): number {
  const value = headers.get('retry-after') ?? '';
  const delayMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - (serverMs || Date.now());
  return Math.min(Math.max(delayMs || 0, 0), MAX_RETRY_AFTER_MS);
}
