import 'chaser-live-view/chaser-live-view.js';
import {meterInput} from './input-meter.js';

meterInput();

/** As it is where there is no worker to be had. */
const view = document.createElement('chaser-live-view');
view.thread = 'page';
view.style.width = '1280px';
document.body.append(view);

window.startInput = (address) => {
  view.src = address;
  return new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
};
