import type {ChaserLiveView} from '../../src/index.js';

/** The element's own element of a part; null when it is not there. */
export function part(view: ChaserLiveView, name: string): HTMLElement | null {
  return view.shadowRoot?.querySelector<HTMLElement>(`[part~=${name}]`) ?? null;
}

/** The words in a part, white space collapsed. */
export function partText(view: ChaserLiveView, name: string): string {
  return (part(view, name)?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** What a screen reader was last told. */
export function spoken(view: ChaserLiveView): string {
  return view.shadowRoot?.querySelector('[role=status]')?.textContent ?? '';
}

/** Resolves once something is true of what the element shows; looks at each picture that the browser paints. */
export async function toBe(view: ChaserLiveView, isSo: () => boolean): Promise<void> {
  await view.updateComplete;
  while (!isSo()) await new Promise(requestAnimationFrame);
}
