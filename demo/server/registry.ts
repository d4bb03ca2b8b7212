import {randomBytes} from 'node:crypto';
import type {Profile} from './session/device.js';
import type {ControlMode} from './people/control.js';
import {ApiError} from './errors.js';
import {SessionEntry, type SessionEntryOptions} from './session-entry.js';

export interface RegistryOptions extends Pick<SessionEntryOptions, 'launch' | 'onError' | 'driverIdleMs'> {
  /** The most open sessions of a workspace. */
  readonly maxSessions: number;
  /** The first word of each id. Empty for none. */
  readonly node: string;
}

export interface NewSession {
  readonly ttlMs: number;
  readonly profile: Profile;
  /** Default `shared`. */
  readonly control?: ControlMode;
  /** By default the browser's own, or the phone's. */
  readonly userAgent?: string | undefined;
}

export interface SessionPage {
  readonly entries: readonly SessionEntry[];
  /** Where the next page begins. Undefined on the last page. */
  readonly before: number | undefined;
}

/** How many ended sessions of a workspace can still be queried: the newest. */
const MAX_ENDED = 1_000;

interface Workspace {
  /** In the order of their creation. */
  readonly entries: Map<string, SessionEntry>;
  count: number;
}

/** The sessions of all workspaces. A workspace never learns anything about another's sessions, not even their number. */
export class Registry {
  readonly #options: RegistryOptions;
  readonly #workspaces = new Map<string, Workspace>();
  readonly #entries = new Map<string, SessionEntry>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} `concurrency_limit` if the workspace has its maximum of sessions. */
  create(workspaceName: string, {ttlMs, profile, control = 'shared', userAgent}: NewSession): SessionEntry {
    const workspace = this.#workspace(workspaceName);
    // A session that is ending counts until its browser is gone, because the limit protects the machine.
    const running = [...workspace.entries.values()].filter(({isGone}) => !isGone).length;
    if (running >= this.#options.maxSessions) {
      throw new ApiError(429, 'concurrency_limit', `A workspace has at most ${this.#options.maxSessions} sessions. Delete one, or wait until one ends.`);
    }
    const {launch, onError, node, driverIdleMs} = this.#options;
    const entry = new SessionEntry({
      id: `sess_${node}${node && '_'}${randomBytes(16).toString('hex')}`,
      workspace: workspaceName, number: ++workspace.count, ttlMs, profile, userAgent, control, driverIdleMs, launch, onError,
    });
    workspace.entries.set(entry.id, entry);
    this.#entries.set(entry.id, entry);
    this.#forgetOldest(workspace);
    return entry;
  }

  /** A session by its id alone, for a caller that has a token or a secret of it. */
  find(id: string): SessionEntry | undefined {
    return this.#entries.get(id);
  }

  /** A session of this workspace. */
  findOf(workspaceName: string, id: string): SessionEntry | undefined {
    return this.#workspaces.get(workspaceName)?.entries.get(id);
  }

  /** The newest sessions of a workspace that are older than number `before`, newest first. */
  list(workspaceName: string, limit: number, before = Number.POSITIVE_INFINITY): SessionPage {
    const all = [...this.#workspaces.get(workspaceName)?.entries.values() ?? []].reverse();
    const older = all.filter(({number}) => number < before);
    const entries = older.slice(0, limit);
    return {entries, before: older.length > limit ? entries.at(-1)?.number : undefined};
  }

  /** How many sessions have not ended. */
  get openCount(): number {
    return [...this.#entries.values()].filter(({isOpen}) => isOpen).length;
  }

  /** How many people watch, in all sessions together. */
  get viewerCount(): number {
    return [...this.#entries.values()].reduce((count, {people}) => count + people.present.length, 0);
  }

  /** Ends every session. Resolves when no browser is left. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#entries.values()].filter(({isGone}) => !isGone).map((entry) => entry.end('deleted')));
  }

  #workspace(name: string): Workspace {
    const workspace = this.#workspaces.get(name) ?? {entries: new Map(), count: 0};
    this.#workspaces.set(name, workspace);
    return workspace;
  }

  #forgetOldest({entries}: Workspace): void {
    const gone = [...entries.values()].filter(({isGone}) => isGone);
    for (const {id} of gone.slice(0, Math.max(0, gone.length - MAX_ENDED))) {
      entries.delete(id);
      this.#entries.delete(id);
    }
  }
}
