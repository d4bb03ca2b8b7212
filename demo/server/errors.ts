import {STATUS_CODES} from 'node:http';
import type {Duplex} from 'node:stream';
import type {FastifyError, FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';

/** An error answer of the API: `{"error": {"code", "message"}}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** For `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface ErrorBody {
  readonly error: {readonly code: string; readonly message: string};
}

export function errorBody(code: string, message: string): ErrorBody {
  return {error: {code, message}};
}

const CODES: Readonly<Partial<Record<number, string>>> = {
  403: 'forbidden', 404: 'not_found', 413: 'too_large', 415: 'unsupported_media_type', 429: 'rate_limited',
};

/** Gives every error answer of the framework, its routes and its plugins the shape of the API's errors. */
export function shapeErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_request, reply) => reply.status(404).send(errorBody('not_found', 'There is nothing at this address.')));
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const shaped = error instanceof ApiError ? error : apiErrorOf(error);
  if (shaped.status >= 500) request.log.error({err: error}, 'a request failed');
  if (shaped.retryAfterSeconds !== undefined) reply.header('retry-after', shaped.retryAfterSeconds);
  return reply.status(shaped.status).send(errorBody(shaped.code, shaped.message));
}

/** Answers data that the framework could not parse as an HTTP request. */
export function answerBrokenRequest(error: FastifyError, stream: Duplex): void {
  if (error.code === 'ECONNRESET') {
    stream.destroy();
    return;
  }
  const status = ({HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408} as Readonly<Record<string, number>>)[error.code] ?? 400;
  writeError(stream, status, 'invalid_request', 'The request could not be read.');
}

/** How long a client has to read its last answer. */
const LINGER_MS = 2_000;

/**
 * Writes an error to a connection that the framework does not handle, and ends the connection. The client may keep its end open or go
 * on writing. So the connection is drained for a moment, and then destroyed.
 */
export function writeError(stream: Duplex, status: number, code: string, message: string): void {
  if (stream.destroyed) return;
  setTimeout(() => stream.destroy(), LINGER_MS).unref();
  stream.resume();
  if (!stream.writable) return;
  const body = JSON.stringify(errorBody(code, message));
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function apiErrorOf(error: unknown): ApiError {
  const status = statusOf(error);
  // Internal errors are not shown to clients.
  if (status >= 500 || !(error instanceof Error)) return new ApiError(status, 'internal_error', 'The server failed to answer.');
  return new ApiError(status, CODES[status] ?? 'invalid_request', error.message);
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
