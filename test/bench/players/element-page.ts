import 'chaser-live-view/chaser-live-view.js';
import {offer} from './player.js';

/** As it is where there is no worker to be had. */
const view = document.createElement('chaser-live-view');
view.thread = 'page';
view.style.width = '1280px';
let painted = 0;
view.addEventListener('frame', () => painted++);
document.body.append(view);

offer({
  start(address) {
    view.src = address;
  },
  get painted() {
    return painted;
  },
  get picture() {
    return view.shadowRoot?.querySelector('canvas') ?? undefined;
  },
  stop() {
    view.src = '';
  },
});
