import {randomBytes} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {Lifetime} from './lifetime.js';
import {Control, type ControlMode} from './people/control.js';
import {Handoffs} from './people/handoffs.js';
import {nowMs} from './clock.js';
import {runOf} from './faults.js';
import {People} from './people/people.js';
import type {Device, Profile} from './session/device.js';
import type {BrowserSession} from './session/session.js';

export type SessionStatus = 'creating' | 'ready' | 'closed' | 'error';
export type EndReason = 'deleted' | 'expired' | 'crashed' | 'browser_closed';

/** The longest time for an answer to `DELETE`. */
const END_TIMEOUT_MS = 4_500;
/** How long a session lives at least after a person's answer, so that the script can continue. */
const RESUMPTION_MS = 60_000;

export interface SessionEntryOptions {
  readonly id: string;
  readonly workspace: string;
  /** Its number among the workspace's sessions, counted from 1. */
  readonly number: number;
  readonly ttlMs: number;
  readonly profile: Profile;
  readonly userAgent: string | undefined;
  readonly control: ControlMode;
  /** How long the driver of an exclusive session may do nothing. */
  readonly driverIdleMs: number;
  /** Starts the browser. */
  readonly launch: (wanted: Pick<SessionEntryOptions, 'profile' | 'userAgent'>, signal: AbortSignal) => Promise<BrowserSession>;
  /** Called when the browser did not start. */
  readonly onError: (error: unknown) => void;
}

/** A session from its creation until some time after its end. */
export class SessionEntry {
  readonly id: string;
  readonly workspace: string;
  readonly number: number;
  /** The secret of `cdp_url`. Anybody who knows it can control the browser. */
  readonly cdpSecret = randomBytes(32).toString('base64url');
  readonly createdAt = new Date(nowMs());
  /** The people who watch. */
  readonly people: People;
  /** Who is in control. */
  readonly control: Control;
  /** The hand-overs. */
  readonly handoffs: Handoffs;
  /** Resolves when the session begins to end. */
  readonly ending: Promise<void>;
  readonly #start = new AbortController();
  readonly #lifetime: Lifetime;
  #status: SessionStatus = 'creating';
  #readyAt: Date | undefined;
  #endedAt: Date | undefined;
  #endedReason: EndReason | undefined;
  #device: Device | undefined;
  #browser: BrowserSession | undefined;
  #started: Promise<BrowserSession | undefined>;
  #isGone = false;
  #gone: Promise<void> | undefined;
  #markEnding: () => void = () => {};

  constructor(options: SessionEntryOptions) {
    this.id = options.id;
    this.workspace = options.workspace;
    this.number = options.number;
    this.control = new Control({mode: options.control, idleMs: options.driverIdleMs, present: () => this.people.present});
    this.people = new People(this.control);
    this.#lifetime = new Lifetime(this.createdAt, options.ttlMs, () => void this.end('expired'));
    this.handoffs = new Handoffs({tell: (message) => this.people.tell(message), onChange: () => this.#putOffEnd()});
    this.ending = new Promise((resolve) => this.#markEnding = resolve);
    this.#started = new Promise((resolve) => runOf(this, () => void this.#launch(options).then(resolve)));
  }

  /** Resolves to the browser when it runs, or to undefined if it does not start or has gone. */
  get started(): Promise<BrowserSession | undefined> {
    return this.#started;
  }

  /** When the session ends by itself. */
  get expiresAt(): Date {
    return this.#lifetime.expiresAt;
  }

  get status(): SessionStatus {
    return this.#status;
  }

  get readyAt(): Date | undefined {
    return this.#readyAt;
  }

  get endedAt(): Date | undefined {
    return this.#endedAt;
  }

  get endedReason(): EndReason | undefined {
    return this.#endedReason;
  }

  get device(): Device | undefined {
    return this.#browser?.device ?? this.#device;
  }

  get isOpen(): boolean {
    return this.#endedAt === undefined;
  }

  /** Whether the browser is completely gone. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** The running browser. Undefined before the session is ready and after its end. */
  get browser(): BrowserSession | undefined {
    return this.isOpen ? this.#browser : undefined;
  }

  /**
   * Ends the session, if it has not ended yet. Resolves when the browser is gone, or after 4.5 s if it is not.
   * So the caller need not wait longer, and the session still counts against the limit.
   */
  async end(reason: EndReason): Promise<void> {
    if (this.isOpen) {
      this.#lifetime.stop();
      this.#status = reason === 'crashed' ? 'error' : 'closed';
      this.#endedAt = new Date(nowMs());
      this.#endedReason = reason;
      // Viewers are told of the hand-over before they are told that the session has ended.
      this.handoffs.close();
      this.control.close();
      this.people.close();
      this.#markEnding();
    }
    this.#start.abort(new Error('The session has ended.'));
    this.#gone ??= this.#clear();
    await Promise.race([this.#gone, delay(END_TIMEOUT_MS, undefined, {ref: false})]);
  }

  async #clear(): Promise<void> {
    const browser = await this.started;
    await browser?.close();
    this.#isGone = true;
    // What can still be queried takes a kilobyte. Keeping the browser's session would take a hundred.
    this.#browser = undefined;
    this.#started = Promise.resolve(undefined);
  }

  /** A session does not expire while a person is asked for, nor right after the answer, when the script continues. */
  #putOffEnd(): void {
    if (this.isOpen) this.#lifetime.putOffTo(this.handoffs.waiting?.expiresAt ?? new Date(nowMs() + RESUMPTION_MS));
  }

  async #launch({launch, onError, ...wanted}: SessionEntryOptions): Promise<BrowserSession | undefined> {
    try {
      const browser = await launch(wanted, this.#start.signal);
      if (!this.isOpen) return browser;
      this.#browser = browser;
      this.#device = browser.device;
      this.#status = 'ready';
      this.#readyAt = new Date(nowMs());
      void browser.ended.then((reason) => this.end(reason));
      return browser;
    } catch (error) {
      if (this.isOpen) onError(error);
      process.nextTick(() => void this.end('crashed'));
      return undefined;
    }
  }
}
