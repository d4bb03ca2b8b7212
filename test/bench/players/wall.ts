import 'chaser-live-view/chaser-live-view.js';

/** Nine elements in one page. */
document.body.style.cssText = 'display: grid; grid-template-columns: repeat(3, 1fr); gap: 4px';

window.startWall = (addresses) => {
  for (const address of addresses) {
    const view = document.createElement('chaser-live-view');
    view.src = address;
    document.body.append(view);
  }
};

declare global {
  interface Window {
    startWall: (addresses: readonly string[]) => void;
  }
}
