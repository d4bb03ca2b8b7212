/** Counts the timers and animation frames that the element requests from now on. */
export class AskedCount {
  /** Timers, without those of the heartbeat. */
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
