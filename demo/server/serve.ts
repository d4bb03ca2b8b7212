import {type ServerExtension, createApp, portOf} from './app.js';
import {catchFaults} from './faults.js';
import {type Config, ConfigError, readConfig} from './config.js';
import {NoBrowserError, getBrowser} from './get-browser.js';
import {clearLeftovers} from './session/owner.js';

/** The server exits at most this long after Ctrl+C. The shell processes beside the browsers end those that are left. */
const SHUTDOWN_MS = 4_500;

const NO_SANDBOX = 'This server runs as root, so its browsers run without Chromium\'s sandbox: a page that breaks out of its renderer is root. Run the server as another user.';

/**
 * Reads the environment, finds a browser and listens until SIGINT or SIGTERM. Then prints `Server: http://…`, or `Demo: http://…`
 * if an extension's pages are served. Exits with status 2 for a bad setting, and with 1 for anything else that prevents listening.
 */
export async function serve(demo?: (config: Config) => ServerExtension): Promise<void> {
  const config = await withBrowser(configOrExit());
  const extension = config.isDemoServed ? demo?.(config) : undefined;
  await clearLeftovers();
  const app = await createApp(config, extension);
  catchFaults(app.http.log);
  let isClosing = false;
  const shutDown = () => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(), SHUTDOWN_MS).unref();
    void app.close().finally(() => process.exit());
  };
  process.on('SIGINT', shutDown);
  process.on('SIGTERM', shutDown);
  try {
    await app.http.listen({port: config.port, host: config.host});
  } catch (error) {
    exit(1, isPortTaken(error) ? `Port ${config.port} of ${config.host} is in use by another program. Set PORT to choose another one.` : `The server can't listen at ${config.host}, port ${config.port}: ${String(error)}`);
  }
  console.log(`${extension ? 'Demo' : 'Server'}: http://${addressOf(config.host)}:${portOf(app.http)}/`);
  if (config.cdpUrl === undefined && process.getuid?.() === 0) app.http.log.warn(NO_SANDBOX);
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return exit(2, ...error.problems);
  }
}

/** Finds or installs a browser before anything starts, so that a visitor does not wait for it. */
async function withBrowser(config: Config): Promise<Config> {
  if (config.cdpUrl !== undefined || config.browserPath !== undefined) return config;
  try {
    return {...config, browserPath: await getBrowser()};
  } catch (error) {
    if (!(error instanceof NoBrowserError)) throw error;
    return exit(1, error.message);
  }
}

function exit(status: number, ...lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(status);
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** An address to open in a browser on this machine. */
function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
