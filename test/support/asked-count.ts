/** Counts the timers and animation frames that the element asks for, from now on. */
export class AskedCount {
  /** Timers but those of the heartbeat, which has its own pace. */
  timers = 0;
  heartbeatTimers = 0;
  animationFrames = 0;
  readonly stop: () => void;

  constructor() {
    const {setTimeout, setInterval, requestAnimationFrame} = window;
    const note = () => {
      const stack = new Error('asked').stack ?? '';
      if (stack.includes('/src/stream/heartbeat')) this.heartbeatTimers++;
      else if (stack.includes('/src/')) this.timers++;
    };
    const counted = <Set extends (...args: never[]) => unknown>(set: Set): Set => new Proxy(set, {
      apply(target, _, args) {
        note();
        return Reflect.apply(target, window, args);
      },
    });
    window.setTimeout = counted(setTimeout);
    window.setInterval = counted(setInterval);
    window.requestAnimationFrame = (callback) => {
      this.animationFrames++;
      return requestAnimationFrame(callback);
    };
    this.stop = () => Object.assign(window, {setTimeout, setInterval, requestAnimationFrame});
  }
}
