import {meterInput} from './input-meter.js';

meterInput();

/** The floor for input: a bare listener on a canvas that sends JSON. */
const canvas = document.createElement('canvas');
canvas.style.cssText = 'display: block; width: 1280px; height: 720px';
document.body.append(canvas);

window.startInput = (address) => {
  const socket = new WebSocket(address);
  for (const type of ['pointerdown', 'pointermove', 'pointerup'] as const) {
    canvas.addEventListener(type, ({offsetX, offsetY, button, buttons}) => {
      socket.send(JSON.stringify({type: 'mouse', event: type, x: offsetX, y: offsetY, button, buttons}));
    });
  }
  return new Promise((resolve) => socket.addEventListener('open', resolve));
};

