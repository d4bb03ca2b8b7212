import type {FastifyServerOptions} from 'fastify';

/** A log of JSON lines on standard error, without any key, token or secret. `secrets` are further texts to remove. */
export function loggerOptions(level: string, secrets: readonly string[]): NonNullable<FastifyServerOptions['logger']> {
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  return {
    level,
    stream: process.stderr,
    redact: ['*.headers', '*.authorization', '*.token'],
    serializers: {
      req: ({method, url, ip}) => ({method, path: withoutSecrets(url), ip}),
      err: (error: unknown) => {
        const {name, message, stack} = error instanceof Error ? {name: error.name, message: error.message, stack: stackOf(error)} : {name: typeof error, message: String(error), stack: ''};
        return {type: name, message: clean(message), stack: clean(stack)};
      },
    },
  };
}

/** The secrets in the address of a CDP endpoint: credentials and query. */
export function secretsOf(address: string | undefined): string[] {
  if (address === undefined) return [];
  const {username, password, search, href} = new URL(address);
  const values = [...new URLSearchParams(search).values()];
  // The longest first, because one may be part of another.
  return [href, search, username, password, decoded(username), decoded(password), ...values]
    .filter((secret) => secret !== '' && secret !== '?').sort((one, other) => other.length - one.length);
}

function decoded(text: string): string {
  return [...new URLSearchParams(`text=${text.replaceAll('+', '%2B')}`).values()][0] ?? '';
}

function stackOf(error: Error): string {
  const {stack = '', cause} = error;
  return cause instanceof Error ? `${stack}\ncaused by: ${stackOf(cause)}` : stack;
}

/** The path of a request without secrets. Tokens are in the query, and the last part of a `cdp_url` is a secret, however it is encoded. */
function withoutSecrets(url: string): string {
  return (url.split('?')[0] ?? '').replace(/\/(?:c|%63|%43)(?:d|%64|%44)(?:p|%70|%50)(?:\/|%2f).*/i, '/cdp/[secret]');
}
