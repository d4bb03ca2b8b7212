/**
 * Runs in the helper page, a hidden page beside the session's. It writes to the browser's clipboard, and reports when somebody else does.
 * `helper-page.ts` compiles this file, injects it, and provides the binding `chaserTell`.
 */
import type {Copied, HelperClipboard, Pasted} from './content.js';

declare global {
  var chaserClipboard: HelperClipboard | undefined;
  function chaserTell(copied: string): void;

  interface Clipboard {
    /** Formats to read unchanged. Otherwise, the browser removes parts of the HTML that could run scripts. */
    read(options: {readonly unsanitized: readonly string[]}): Promise<ClipboardItem[]>;
  }
}

/** The most UTF-16 units of each format that are reported, because one message holds no more. */
const MAX_LENGTH = 1024 * 1024;
/** What a browser adds around HTML on the clipboard, and white space, which it changes. Both are ignored in comparisons. */
const WRAPPING = /<!--.*?-->|<\/?(?:html|head|body|meta)\b[^>]*>|\s+/gs;

/** How long after `put` the browser may report that change of the clipboard. */
const OWN_CHANGE_MS = 1_000;

/** The content that was put last, until the browser has reported the change. */
let own: {readonly text: string; readonly atMs: number} | undefined;
let turn: Promise<unknown> = Promise.resolve();

globalThis.chaserClipboard = {put: (pasted) => inTurn(() => put(pasted))};
navigator.clipboard.addEventListener('clipboardchange', () => void inTurn(tell));

/** Runs tasks one after the other, so that writing and reading do not overlap. */
function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
  const result = turn.then(task);
  turn = result.catch(() => {});
  return result;
}

async function put(pasted: Pasted): Promise<void> {
  if (isSame(await read(), pasted)) return;
  const {text = '', html, png} = pasted;
  const words = {
    ...(pasted.text !== undefined && {'text/plain': text}),
    ...(html !== undefined && {'text/html': new Blob([html], {type: 'text/html'})}),
  };
  own = {text: lines(text), atMs: performance.now()};
  try {
    await navigator.clipboard.write([new ClipboardItem({...words, ...(png !== undefined && {'image/png': picture(png)})})]);
  } catch (error) {
    // The picture may not be valid.
    if (png === undefined || pasted.text === undefined) throw error;
    await navigator.clipboard.write([new ClipboardItem(words)]);
  }
}

async function tell(): Promise<void> {
  const copied = await read();
  const isOwn = own?.text === lines(copied.text) && performance.now() - own.atMs < OWN_CHANGE_MS;
  own = undefined;
  if (isOwn || !(copied.text || copied.html)) return;
  chaserTell(JSON.stringify({text: copied.text.slice(0, MAX_LENGTH), html: copied.html.slice(0, MAX_LENGTH)}));
}

async function read(): Promise<Copied> {
  const items = await navigator.clipboard.read({unsanitized: ['text/html']});
  const form = async (type: string) => {
    const item = items.find(({types}) => types.includes(type));
    return await (await item?.getType(type))?.text() ?? '';
  };
  return {text: await form('text/plain'), html: await form('text/html')};
}

/**
 * Whether a paste equals the clipboard's content. Then the clipboard is left as it is, with the formats that only the session's pages
 * know, and without a `clipboardchange` event, which every page would get.
 */
function isSame(copied: Copied, {text, html, png}: Pasted): boolean {
  if (text === undefined || png !== undefined || lines(text) !== lines(copied.text)) return false;
  return html === undefined || html.replaceAll(WRAPPING, '') === copied.html.replaceAll(WRAPPING, '');
}

function lines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function picture(base64: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], {type: 'image/png'});
}
