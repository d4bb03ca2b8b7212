/** A place that a finger went through. */
export type FingerPlace = Pick<PointerEvent, 'clientX' | 'clientY' | 'timeStamp'>;

/** No finger goes through more between two messages; while the network is behind the newest count. */
const MAX_PLACES = 256;

/**
 * The places that fingers went through between two touch events: browsers have those in the pointer events alone, one
 * before each touch event.
 */
export class FingerPaths {
  /** By the pointers' ids: where each came down, until its touch is known, and where it went since it was last asked. */
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

  /** The pointer of a touch that has just begun. */
  begin({clientX, clientY}: Pick<globalThis.Touch, 'clientX' | 'clientY'>): number | undefined {
    for (const [pointerId, down] of this.#downs) {
      if (Math.abs(down.clientX - clientX) > 1 || Math.abs(down.clientY - clientY) > 1) continue;
      this.#downs.delete(pointerId);
      this.#places.set(pointerId, []);
      return pointerId;
    }
    return undefined;
  }

  /** Where a pointer went since the last time, oldest first. */
  take(pointerId: number | undefined): FingerPlace[] {
    return (pointerId !== undefined && this.#places.get(pointerId)?.splice(0)) || [];
  }

  /** Forgets those that are not among these any more. */
  keep(pointerIds: readonly (number | undefined)[]): void {
    for (const pointerId of this.#places.keys()) if (!pointerIds.includes(pointerId)) this.#places.delete(pointerId);
  }

  /** All that have come down have begun, or are nobody's. */
  settle(): void {
    this.#downs.clear();
  }
}
