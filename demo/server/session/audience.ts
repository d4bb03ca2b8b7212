import type {ServerMessage} from 'chaser-live-view/protocol';
import type {Viewer} from './viewer.js';

/** Everybody who has a session open. What is told reaches all of them; a picture those who watch, and have not paused. */
export class Audience {
  readonly #isWatching = new Map<Viewer, boolean>();

  get viewers(): readonly Viewer[] {
    return [...this.#isWatching.keys()];
  }

  /** Whether anybody watches. */
  get isWatching(): boolean {
    return [...this.#isWatching.values()].includes(true);
  }

  join(viewer: Viewer): void {
    this.#isWatching.set(viewer, true);
  }

  /** @returns whether it watches again, and did not before. */
  setWatching(viewer: Viewer, isWatching: boolean): boolean {
    const was = this.#isWatching.get(viewer);
    if (was !== undefined) this.#isWatching.set(viewer, isWatching);
    return isWatching && was === false;
  }

  leave(viewer: Viewer): void {
    this.#isWatching.delete(viewer);
  }

  show(jpeg: Buffer): void {
    for (const [viewer, isWatching] of this.#isWatching) if (isWatching) viewer.show(jpeg);
  }

  tell(message: ServerMessage): void {
    for (const viewer of this.#isWatching.keys()) viewer.tell(message);
  }

  /** The session is over: everybody is told. */
  end(): void {
    for (const viewer of this.#isWatching.keys()) viewer.end();
    this.#isWatching.clear();
  }
}
