/** From a DOM event to the bytes on the socket: counted by whoever hears the event first, and by `send` itself. */

interface InputMeter {
  /** Milliseconds from the handling of a press to the `send` that it led to. */
  readonly pressMs: number[];
  /** Points that the pointer went through, as the browser reports them. */
  points: number;
  messages: number;
  animationFrames: number;
}

declare global {
  interface Window {
    inputMeter: InputMeter;
    startInput: (address: string) => Promise<unknown>;
  }
}

export function meterInput(): void {
  const meter: InputMeter = {pressMs: [], points: 0, messages: 0, animationFrames: 0};
  window.inputMeter = meter;
  let pressedAtMs: number | undefined;
  window.addEventListener('pointerdown', () => {
    pressedAtMs = performance.now();
  }, {capture: true});
  window.addEventListener('pointermove', (event) => meter.points += event.getCoalescedEvents().length, {capture: true});
  // What a worker has sent it tells by itself, with the moment at which it had.
  new BroadcastChannel('input-meter').addEventListener('message', ({data: {atEpochMs, isDown}}) => {
    if (pressedAtMs !== undefined && isDown) {
      meter.pressMs.push(atEpochMs - performance.timeOrigin - pressedAtMs);
      pressedAtMs = undefined;
    }
    meter.messages++;
  });
  WebSocket.prototype.send = new Proxy(WebSocket.prototype.send, {
    apply(send, socket, args) {
      Reflect.apply(send, socket, args);
      if (!String(args[0]).includes('"mouse"')) return;
      if (pressedAtMs !== undefined && String(args[0]).includes('down')) {
        meter.pressMs.push(performance.now() - pressedAtMs);
        pressedAtMs = undefined;
      }
      meter.messages++;
    },
  });
  const count = () => {
    meter.animationFrames++;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}
