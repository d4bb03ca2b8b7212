import {LiveViewError} from '../errors.js';
import type {LiveViewErrorCode} from '../errors.js';
import {parsePreviewToken} from '../protocol.js';
import type {PreviewToken} from '../protocol.js';
import {member} from '../protocol/read.js';

/** No token was to be had; fatal where there is no use in asking again, else not before `retryAfterMs` from now. */
export class TokenRequestError extends LiveViewError {
  readonly retryAfterMs: number;

  constructor(message: string, isFatal: boolean, retryAfterMs = 0, code: LiveViewErrorCode = 'token_request_failed') {
    super(code, message, {fatal: isFatal});
    this.retryAfterMs = retryAfterMs;
  }
}

/** UTF-16 units; a token has less than a thousandth of it. */
const MAX_ANSWER_LENGTH = 1024 * 1024;
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

/** What is no JSON is nothing; an answer may have no end, and is read only so far. */
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
 * Asks the page's own code for a token. What it throws is not passed on, because nobody knows what it quotes; except
 * a fatal `LiveViewError`, by which it says that there is no use in asking again.
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
