/**
 * Runs in an isolated world of each document of a session, which the page's scripts can't see. It gives files the person's names: the
 * browser would give the page the names on the disk, which are ids.
 */
import type {DocumentFiles, FileLabel} from './document-files.js';

declare global {
  var chaserFiles: DocumentFiles | undefined;
}

// A window's first, empty document passes its global on to the next document.
if (globalThis.chaserFiles?.document !== document) globalThis.chaserFiles = follow();

function follow(): DocumentFiles {
  let labelled: {readonly input: HTMLInputElement; readonly labels: readonly FileLabel[]} | undefined;
  const rename = () => {
    const files = [...labelled?.input.files ?? []];
    // The event is not about these files, or the input has other files by now.
    if (!labelled || files.length === 0 || files.some(({name}) => !labelled?.labels.some(({id}) => id === name))) return;
    const {input, labels} = labelled;
    labelled = undefined;
    const data = new DataTransfer();
    for (const file of files) {
      const label = labels.find(({id}) => id === file.name);
      data.items.add(new File([file], label?.name ?? '', {type: label?.type ?? '', lastModified: file.lastModified}));
    }
    input.files = data.files;
  };
  // This script runs before those of the page, so its listener is the first.
  addEventListener('input', rename, true);
  return {
    document,
    end: new Promise(() => {}),
    settled: (input) => new Promise((resolve) => {
      for (const type of ['change', 'cancel']) input.addEventListener(type, () => resolve(), {once: true});
    }),
    label(input, labels) {
      labelled = {input, labels};
      // The input may be outside of the document, where the listener above does not see the event.
      input.addEventListener('input', rename, {capture: true, once: true});
    },
    rename,
  };
}
