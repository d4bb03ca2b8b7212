import {randomBytes} from 'node:crypto';
import {accessSync, constants} from 'node:fs';
import {isLoopback} from './loopback.js';

/** The demo's workspace, which exists if `CHASER_KEYS` is not set. */
export const DEMO_WORKSPACE = 'demo';

export interface Config {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Workspaces by API key. */
  readonly keys: ReadonlyMap<string, string>;
  /** Path of the browser to start. If undefined, one is searched for. */
  readonly browserPath: string | undefined;
  /** Whether sessions have windows on a display. */
  readonly isHeaded: boolean;
  /** CDP endpoint to use instead of a local browser. */
  readonly cdpUrl: string | undefined;
  readonly fps: number;
  /** 1 to 100. */
  readonly jpegQuality: number;
  readonly tokenTtlMs: number;
  readonly tokenSecret: string;
  /** For each workspace. */
  readonly maxSessions: number;
  /** After this time without input, the driver of an exclusive session loses control. */
  readonly driverIdleMs: number;
  /** The most bytes that viewers may send for one file chooser. */
  readonly maxUploadBytes: number;
  /** The most bytes of a session's downloads together. */
  readonly maxDownloadBytes: number;
  /** Origins, besides the server's own, whose pages may open preview sockets. `*` allows any. */
  readonly allowedOrigins: readonly string[];
  /** The address at which clients reach this server through a proxy, without a slash at the end. Undefined without a proxy. */
  readonly publicUrl: URL | undefined;
  /** A word in the ids of this server's sessions, by which a proxy finds their server among several. */
  readonly node: string;
  readonly logLevel: string;
  /** Whether the demo's pages are served, and its tokens that need no key. */
  readonly isDemoServed: boolean;
}

/** The environment has bad values. `problems` has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const MIN_SECRET_LENGTH = 16;

/**
 * Reads the environment. An empty variable counts as not set.
 * @throws {ConfigError} when variables have bad values. It names them all, without secrets.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const read = <Value>(name: string, fallback: Value, parse: (text: string) => Value): Value => {
    const text = environment[name]?.trim();
    if (!text) return fallback;
    try {
      return parse(text);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  };
  const config: Config = {
    port: read('PORT', 8787, integer(0, 65_535)),
    host: read('HOST', '127.0.0.1', host),
    keys: read('CHASER_KEYS', new Map([[randomBytes(32).toString('base64url'), DEMO_WORKSPACE]]), keys),
    browserPath: read('CHASER_BROWSER', undefined, executable),
    isHeaded: read('CHASER_HEADED', false, (text) => flag(text) && hasDisplay(environment)),
    cdpUrl: read('CHASER_CDP_URL', undefined, (text) => url(text, ['http:', 'https:', 'ws:', 'wss:']).href),
    fps: read('CHASER_FPS', 5, integer(1, 60)),
    jpegQuality: read('CHASER_JPEG_QUALITY', 70, integer(1, 100)),
    tokenTtlMs: read('CHASER_TOKEN_TTL', 300, integer(1, 86_400)) * 1000,
    tokenSecret: read('CHASER_TOKEN_SECRET', randomBytes(32).toString('base64url'), secret),
    maxSessions: read('CHASER_MAX_SESSIONS', 10, integer(1, 10_000)),
    driverIdleMs: read('CHASER_DRIVER_IDLE', 60, integer(1, 3_600)) * 1000,
    maxUploadBytes: read('CHASER_MAX_UPLOAD', 50, integer(1, 1_024)) * 1024 * 1024,
    maxDownloadBytes: read('CHASER_MAX_DOWNLOADS', 200, integer(1, 10_240)) * 1024 * 1024,
    allowedOrigins: read('CHASER_ALLOWED_ORIGINS', [], (text) => text.split(',').map(origin)),
    publicUrl: read('CHASER_PUBLIC_URL', undefined, (text) => url(text, ['http:', 'https:'])),
    node: read('CHASER_NODE', '', node),
    logLevel: read('CHASER_LOG_LEVEL', 'warn', logLevel),
    isDemoServed: read<boolean | undefined>('CHASER_DEMO', undefined, flag) ?? isForTrying(environment),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) throw new Error(`'${text}' is not a whole number from ${min} to ${max}.`);
    return value;
  };
}

function flag(text: string): boolean {
  if (text !== '0' && text !== '1') throw new Error(`'${text}' is neither 0 nor 1.`);
  return text === '1';
}

/** Checks that there is a display. Only on Linux do variables tell. @throws {Error} when there is none. */
function hasDisplay({DISPLAY: x11, WAYLAND_DISPLAY: wayland}: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'linux' && !x11 && !wayland) throw new Error('there is no display: DISPLAY is not set. Start the server with xvfb-run, for example.');
  return true;
}

/** Whether the demo is served by default. A server with keys that serves other machines is in production, where tokens without a key are a risk. */
function isForTrying({CHASER_KEYS: keys, CHASER_PUBLIC_URL: publicUrl, HOST: host}: NodeJS.ProcessEnv): boolean {
  return !keys?.trim() || (!publicUrl?.trim() && isLoopback(host?.trim() || '127.0.0.1'));
}

function host(text: string): string {
  if (!/^[\w.:-]+$/.test(text)) throw new Error(`'${text}' is neither an IP address nor a host name (no port, no brackets).`);
  return text;
}

/** Parses the keys. Keys are secrets, so the errors do not contain them. */
function keys(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [index, pair] of text.split(',').entries()) {
    const [key, workspace, ...rest] = pair.trim().split(':');
    if (!key || !workspace || rest.length > 0) throw new Error(`item ${index + 1} is not key:workspace.`);
    if (/\s/.test(key)) throw new Error(`the key of item ${index + 1} has a space in it.`);
    if (found.has(key)) throw new Error(`item ${index + 1} repeats the key of an earlier item.`);
    found.set(key, workspace);
  }
  return found;
}

function executable(path: string): string {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Error(`'${path}' is not a program that can be run.`);
  }
  return path;
}

/** Parses an address. It may contain a farm's key, so the error does not repeat it. */
function url(text: string, protocols: readonly string[]): URL {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || !protocols.includes(parsed.protocol)) throw new Error(`the value is not an address that begins with ${protocols.map((name) => `${name}//`).join(' or ')}.`);
  return parsed;
}

function secret(text: string): string {
  if (text.length < MIN_SECRET_LENGTH) throw new Error(`the value is shorter than ${MIN_SECRET_LENGTH} characters, so it could be guessed.`);
  return text;
}

function origin(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '*') return trimmed;
  if (!URL.canParse(trimmed) || new URL(trimmed).origin !== trimmed) throw new Error(`'${trimmed}' is not an origin such as https://app.example.`);
  return trimmed;
}

function node(text: string): string {
  if (!/^[a-z0-9]{1,16}$/.test(text)) throw new Error(`'${text}' is not a word of 1 to 16 of the characters a-z and 0-9.`);
  return text;
}

function logLevel(text: string): string {
  if (!LOG_LEVELS.includes(text)) throw new Error(`'${text}' is not one of ${LOG_LEVELS.join(', ')}.`);
  return text;
}
