import 'chaser-live-view/chaser-live-view.js';
import {meterInput} from './input-meter.js';

meterInput();

const view = document.createElement('chaser-live-view');
view.style.width = '1280px';
document.body.append(view);

window.startInput = (address) => {
  view.src = address;
  return new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
};
