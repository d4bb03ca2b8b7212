import {ControlChangeEvent} from '../events.js';
import type {ControlMessage} from '../protocol.js';

export interface DrivingHost extends HTMLElement {
  requestUpdate(): void;
}

/** Who drives an exclusive session, as the server last said. */
export class Driving {
  readonly #host: DrivingHost;
  /** Called when this viewer is no longer the driver. What is held here does not count any more. */
  readonly #onLost: () => void;
  #driver: ControlMessage['driver'] | null = null;
  #viewers: number | null = null;

  constructor(host: DrivingHost, onLost: () => void) {
    this.#host = host;
    this.#onLost = onLost;
  }

  /** Null in a shared session. */
  get driver(): ControlMessage['driver'] | null {
    return this.#driver;
  }

  get viewers(): number | null {
    return this.#viewers;
  }

  receive({driver, viewers}: ControlMessage): void {
    this.#set(driver, viewers);
  }

  /** The stream is over, or another one begins. */
  clear(): void {
    this.#set(null, null);
  }

  #set(driver: ControlMessage['driver'] | null, viewers: number | null): void {
    if (driver === this.#driver && viewers === this.#viewers) return;
    const isLost = this.#driver === 'you' && driver !== 'you';
    this.#driver = driver;
    this.#viewers = viewers;
    if (isLost) this.#onLost();
    this.#host.requestUpdate();
    this.#host.dispatchEvent(new ControlChangeEvent(driver, viewers));
  }
}
