import type {Protocol} from 'devtools-protocol';
import type {CdpSession} from '../cdp.js';
import type {Page} from '../page.js';
import {cutToFit} from './clipboard-message.js';

/** A frame's selected text, and whether the focus is in this frame, and not in a frame inside it or around it. */
interface FrameSelection {
  readonly text: string;
  readonly hasFocus: boolean;
}

/** The isolated world in which the selection is read. The page's own scripts can't see it. */
const WORLD = 'chaser-live-view';

/** The selected text in the frame that has the focus, cut to fit into a message. */
export async function readSelection(page: Page): Promise<string> {
  const sessions = [page.session, ...page.frames.values()];
  const selections = await allOf(sessions.map(readFrames));
  const focused = selections.find(({hasFocus}) => hasFocus) ?? selections.find(({text}) => text !== '');
  return cutToFit(focused?.text ?? '');
}

async function readFrames(session: CdpSession): Promise<FrameSelection[]> {
  const {frameTree} = await session.send('Page.getFrameTree');
  return allOf(frameIds(frameTree).map((id) => readFrame(session, id)));
}

/** The selections that could be read. Frames that are gone by now are left out. */
async function allOf(reads: readonly Promise<FrameSelection[]>[]): Promise<FrameSelection[]> {
  const results = await Promise.allSettled(reads);
  return results.flatMap((result) => result.status === 'fulfilled' ? result.value : []);
}

function frameIds({frame, childFrames = []}: Protocol.Page.FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(frameIds)];
}

/** In UTF-16 units. Longer text is cut in the page already. */
const MAX_LENGTH = 1024 * 1024;

async function readFrame(session: CdpSession, frameId: string): Promise<FrameSelection[]> {
  const {executionContextId} = await session.send('Page.createIsolatedWorld', {frameId, worldName: WORLD});
  const {result} = await session.send('Runtime.evaluate', {
    contextId: executionContextId, expression: `(${selectionOf.toString()})(document, ${MAX_LENGTH})`, returnByValue: true,
  });
  const {text = '', hasFocus = false}: Partial<FrameSelection> = result.value ?? {};
  return [{text, hasFocus}];
}

/** Runs in the page, so this function uses nothing outside itself. A password is never read. */
function selectionOf(document: Document, maxLength: number): FrameSelection {
  let root: Document | ShadowRoot = document;
  while (root.activeElement?.shadowRoot) root = root.activeElement.shadowRoot;
  const element = root.activeElement;
  const isFrame = element?.localName === 'iframe' || element?.localName === 'frame';
  const hasFocus = document.hasFocus() && !isFrame;
  if (element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== 'password')) {
    const {selectionStart, selectionEnd, value} = element;
    if (selectionStart !== null && selectionEnd !== null && selectionEnd > selectionStart) {
      return {text: value.slice(selectionStart, Math.min(selectionEnd, selectionStart + maxLength)), hasFocus};
    }
  }
  return {text: String(document.getSelection() ?? '').slice(0, maxLength), hasFocus};
}
