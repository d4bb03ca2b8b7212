/** A point on a finger's path. */
export type FingerPlace = Pick<PointerEvent, 'clientX' | 'clientY' | 'timeStamp'>;

/** The most points that are kept of a finger between two messages. While the network is slow, the newest are kept. */
const MAX_PLACES = 256;

/**
 * Collects the points that fingers pass between two touch events. Browsers report those only in pointer events, one of which
 * precedes each touch event.
 */
export class FingerPaths {
  /** By pointer id: where the pointer came down, until its touch is known, and its points since they were last taken. */
  readonly #downs = new Map<number, FingerPlace>();
  readonly #places = new Map<number, FingerPlace[]>();

  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    canvas.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'touch') this.#downs.set(event.pointerId, event);
    }, {signal});
    canvas.addEventListener('pointermove', (event) => {
      const places = this.#places.get(event.pointerId);
      if (!places) return;
      const coalesced = event.getCoalescedEvents?.() ?? [];
      places.push(...coalesced.length > 0 ? coalesced : [event]);
      places.splice(0, places.length - MAX_PLACES);
    }, {signal});
  }

  /** Finds the pointer of a touch that has just begun. */
  begin({clientX, clientY}: Pick<globalThis.Touch, 'clientX' | 'clientY'>): number | undefined {
    for (const [pointerId, down] of this.#downs) {
      if (Math.abs(down.clientX - clientX) > 1 || Math.abs(down.clientY - clientY) > 1) continue;
      this.#downs.delete(pointerId);
      this.#places.set(pointerId, []);
      return pointerId;
    }
    return undefined;
  }

  /** Takes a pointer's points since the last call, oldest first. */
  take(pointerId: number | undefined): FingerPlace[] {
    return (pointerId !== undefined && this.#places.get(pointerId)?.splice(0)) || [];
  }

  /** Forgets all pointers but these. */
  keep(pointerIds: readonly (number | undefined)[]): void {
    for (const pointerId of this.#places.keys()) if (!pointerIds.includes(pointerId)) this.#places.delete(pointerId);
  }

  /** Forgets the pointers that came down and belong to no touch. */
  settle(): void {
    this.#downs.clear();
  }
}
