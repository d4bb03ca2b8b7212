/**
 * Runs in each document of a session, in the server's own world there, which the page's scripts can't see. It gives files
 * their names: in an input they are called as they are on the disk, where nothing of a person's names is to be.
 */
import type {DocumentFiles, FileLabel} from './document-files.js';

declare global {
  var chaserFiles: DocumentFiles | undefined;
}

// A window's first, empty document hands its global over to the one that follows.
if (globalThis.chaserFiles?.document !== document) globalThis.chaserFiles = follow();

function follow(): DocumentFiles {
  let labelled: {readonly input: HTMLInputElement; readonly labels: readonly FileLabel[]} | undefined;
  const rename = () => {
    const files = [...labelled?.input.files ?? []];
    // Somebody else's event, or the input has been given something else.
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
  // Before every listener of the page's: this script was there first.
  addEventListener('input', rename, true);
  return {
    document,
    end: new Promise(() => {}),
    settled: (input) => new Promise((resolve) => {
      for (const type of ['change', 'cancel']) input.addEventListener(type, () => resolve(), {once: true});
    }),
    label(input, labels) {
      labelled = {input, labels};
      // One that is in no document.
      input.addEventListener('input', rename, {capture: true, once: true});
    },
    rename,
  };
}
