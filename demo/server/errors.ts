import type {FastifyInstance} from 'fastify';

/** An answer that is not what was asked for, in the API's own shape: `{"error": {"code", "message"}}`. */
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

/** Gives every error that the framework can answer with, from any route and of any plugin, the API's shape. */
export function shapeErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const shaped = error instanceof ApiError ? error : apiErrorOf(error);
    if (shaped.status >= 500) request.log.error({err: error}, 'a request failed');
    if (shaped.retryAfterSeconds !== undefined) reply.header('retry-after', shaped.retryAfterSeconds);
    return reply.status(shaped.status).send(errorBody(shaped.code, shaped.message));
  });
  app.setNotFoundHandler((_request, reply) => reply.status(404).send(errorBody('not_found', 'There is nothing at this address.')));
}

function apiErrorOf(error: unknown): ApiError {
  const status = statusOf(error);
  // What broke inside is nobody's business outside.
  if (status >= 500 || !(error instanceof Error)) return new ApiError(status, 'internal_error', 'The server failed to answer.');
  return new ApiError(status, CODES[status] ?? 'invalid_request', error.message);
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
