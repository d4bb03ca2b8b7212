import type {ServerMessage} from 'chaser-live-view/protocol';
import type {Viewer} from './viewer.js';

/** All viewers of a session. Messages go to every viewer, and pictures to those who have not paused. */
export class Audience {
  readonly #isWatching = new Map<Viewer, boolean>();

  get viewers(): readonly Viewer[] {
    return [...this.#isWatching.keys()];
  }

  /** Whether any viewer gets pictures. */
  get isWatching(): boolean {
    return [...this.#isWatching.values()].includes(true);
  }

  join(viewer: Viewer): void {
    this.#isWatching.set(viewer, true);
  }

  /** Starts or pauses a viewer's pictures. @returns whether the viewer was paused and is not any more. */
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

  /** The session is over. Ends every viewer. */
  end(): void {
    for (const viewer of this.#isWatching.keys()) viewer.end();
    this.#isWatching.clear();
  }
}
