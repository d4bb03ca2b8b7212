import type {ChaserLiveView} from '../../src/index.js';

/** The element with a part name in the shadow tree. Null if there is none. */
export function part(view: ChaserLiveView, name: string): HTMLElement | null {
  return view.shadowRoot?.querySelector<HTMLElement>(`[part~=${name}]`) ?? null;
}

/** The text of a part, with white space collapsed. */
export function partText(view: ChaserLiveView, name: string): string {
  return (part(view, name)?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** The last text that was announced to screen readers. */
export function spoken(view: ChaserLiveView): string {
  return view.shadowRoot?.querySelector('[role=status]')?.textContent ?? '';
}

/** Resolves once a condition about the element's content is true. Checks it in each animation frame. */
export async function toBe(view: ChaserLiveView, isSo: () => boolean): Promise<void> {
  await view.updateComplete;
  while (!isSo()) await new Promise(requestAnimationFrame);
}
