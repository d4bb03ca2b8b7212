/**
 * Runs in a hidden page of the server's own beside the session's: it writes to the browser's one clipboard, and hears
 * when somebody else does. Compiled and handed to the browser by `helper-page.ts`; `chaserTell` is a binding of it.
 */
import type {Copied, HelperClipboard, Pasted} from './content.js';

declare global {
  var chaserClipboard: HelperClipboard | undefined;
  function chaserTell(copied: string): void;

  interface Clipboard {
    /** As it is: what a browser leaves of HTML for fear of its scripts is not what was copied. */
    read(options: {readonly unsanitized: readonly string[]}): Promise<ClipboardItem[]>;
  }
}

/** UTF-16 units of each form that is told. One message holds no more. */
const MAX_LENGTH = 1024 * 1024;
/** A browser puts these around the HTML that it takes or gives, and changes white space. */
const WRAPPING = /<!--.*?-->|<\/?(?:html|head|body|meta)\b[^>]*>|\s+/gs;

/** How long the browser may take to say that the clipboard has changed by what was put there. */
const OWN_CHANGE_MS = 1_000;

/** What was put last, until the browser has said so. */
let own: {readonly text: string; readonly atMs: number} | undefined;
let turn: Promise<unknown> = Promise.resolve();

globalThis.chaserClipboard = {put: (pasted) => inTurn(() => put(pasted))};
navigator.clipboard.addEventListener('clipboardchange', () => void inTurn(tell));

/** What is put and what is heard do not mix. */
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
    // What calls itself a picture may be none.
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
 * Whether what is pasted came from this clipboard: then it is left as it is, with the forms that a page has put there for
 * itself. Every page can hear that the clipboard has changed, too.
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
