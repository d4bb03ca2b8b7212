import type {PreviewToken} from 'chaser-live-view/protocol';
import {cdpPath} from './cdp-url.js';
import {ApiError} from './errors.js';
import type {SessionEntry} from './session-entry.js';
import type {Rights, Tokens} from './tokens.js';

/** A session in the API's format. `base` is the server's WebSocket address. */
export function sessionBody(entry: SessionEntry, base: string): object {
  return {
    id: entry.id,
    object: 'session',
    status: entry.status,
    cdp_url: entry.isOpen ? base + cdpPath(entry) : null,
    created_at: entry.createdAt.toISOString(),
    expires_at: entry.expiresAt.toISOString(),
    device: entry.device ?? null,
    ready_at: entry.readyAt?.toISOString() ?? null,
    ended_at: entry.endedAt?.toISOString() ?? null,
    ended_reason: entry.endedReason ?? null,
  };
}

/** The same, with the current driver and number of viewers. */
export function watchedSessionBody(entry: SessionEntry, base: string): object {
  return {...sessionBody(entry, base), driver: entry.control.driver ? 'viewer' : null, viewers: entry.people.present.length};
}

export interface Minting {
  readonly tokens: Tokens;
  readonly fps: number;
  readonly base: string;
  readonly rights: Rights;
}

/** @throws {ApiError} when the session is not ready. */
export async function previewToken(entry: SessionEntry, {tokens, fps, base, rights}: Minting): Promise<PreviewToken> {
  requireReady(entry);
  const {token, expiresAt} = await tokens.mint(entry.id, rights);
  return {
    url: `${base}/sessions/${entry.id}/preview?token=${token}`, expires_at: expiresAt.toISOString(), input_enabled: rights.isInputEnabled, fps,
    navigation: rights.navigation,
  };
}

/** The browser of a session that is ready. @throws {ApiError} when it is not. */
export function requireReady(entry: SessionEntry): NonNullable<SessionEntry['browser']> {
  requireOpen(entry);
  if (!entry.browser) throw new ApiError(409, 'session_not_ready', 'The session\'s browser is still starting.');
  return entry.browser;
}

export function requireOpen(entry: SessionEntry): void {
  if (!entry.isOpen) throw new ApiError(409, 'session_not_open', 'The session has ended.');
}
