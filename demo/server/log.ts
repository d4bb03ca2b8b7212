import type {FastifyServerOptions} from 'fastify';

/** A log of JSON lines on standard error, with no key, no token and no secret in any. */
export function loggerOptions(level: string): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    stream: process.stderr,
    redact: ['*.headers', '*.authorization', '*.token'],
    serializers: {req: ({method, url, ip}) => ({method, path: withoutSecrets(url), ip})},
  };
}

/** The path of a request's address: tokens are in queries, and the secret of a `cdp_url` is its last part. */
function withoutSecrets(url: string): string {
  return (url.split('?')[0] ?? '').replace(/\/cdp\/.*/, '/cdp/[secret]');
}
