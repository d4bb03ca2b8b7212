import {BrowserSession, type SessionOptions} from '../../demo/server/session/session.js';

/** A session with a browser of its own. */
export function startSession(options: Partial<SessionOptions> = {}): Promise<BrowserSession> {
  return BrowserSession.start({profile: 'desktop', fps: 20, jpegQuality: 70, ...options});
}
