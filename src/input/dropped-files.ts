/**
 * Handles drops on the view. A browser would replace the page by a dropped file or link that nobody handles. Drops that the page has
 * handled itself are left alone.
 */
export function listenToDrops(host: HTMLElement, signal: AbortSignal, onFilesDropped: (files: readonly File[], event: DragEvent) => void): void {
  function take(event: DragEvent): void {
    const {dataTransfer, defaultPrevented} = event;
    const hasFiles = dataTransfer?.types.includes('Files');
    if (!dataTransfer || defaultPrevented || !(hasFiles || dataTransfer.types.includes('text/uri-list'))) return;
    event.preventDefault();
    // The session does not accept links. For files, the person gets a message.
    dataTransfer.dropEffect = hasFiles ? 'copy' : 'none';
    if (event.type === 'drop' && hasFiles) onFilesDropped([...dataTransfer.files], event);
  }
  for (const type of ['dragenter', 'dragover', 'drop'] as const) host.addEventListener(type, take, {signal});
}
