/**
 * Keeps what is dropped on the view from taking the page around away: a browser opens a file, or a link, that nobody takes.
 * Not what the page around takes itself, before it gets here.
 */
export function listenToDrops(host: HTMLElement, signal: AbortSignal, onFilesDropped: (files: readonly File[], event: DragEvent) => void): void {
  function take(event: DragEvent): void {
    const {dataTransfer, defaultPrevented} = event;
    const hasFiles = dataTransfer?.types.includes('Files');
    if (!dataTransfer || defaultPrevented || !(hasFiles || dataTransfer.types.includes('text/uri-list'))) return;
    event.preventDefault();
    // A link is nothing to the session; of files, whoever dropped them is told.
    dataTransfer.dropEffect = hasFiles ? 'copy' : 'none';
    if (event.type === 'drop' && hasFiles) onFilesDropped([...dataTransfer.files], event);
  }
  for (const type of ['dragenter', 'dragover', 'drop'] as const) host.addEventListener(type, take, {signal});
}
