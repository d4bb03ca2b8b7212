import {readFileSync} from 'node:fs';

// Loaded into a server's process before the server. At SIGUSR2, it reads from a file which fault to cause next. Timers with this interval
// are those of the sessions' watchdogs.
const WATCHDOG_MS = 3_000;
let fault = '';
process.on('SIGUSR2', () => fault = readFileSync(process.env.FAULT_FILE ?? '', 'utf8'));
const setRealInterval = globalThis.setInterval;
globalThis.setInterval = (act, ms, ...rest) => setRealInterval(ms !== WATCHDOG_MS ? act : () => {
  const kind = fault;
  if (kind === 'timer' || kind === 'promise') fault = '';
  if (kind === 'timer') throw new Error('injected into a timer');
  if (kind === 'promise') void Promise.reject(new Error('injected into a promise'));
  act();
}, ms, ...rest);
const stringify = JSON.stringify;
JSON.stringify = (value, ...rest) => {
  if (value?.type === 'pong' && value.t === 13) throw new Error('injected into a socket\'s event');
  return stringify(value, ...rest);
};
// The machine's clock, set forward or back by a number of milliseconds.
const realNow = Date.now;
Date.now = () => realNow() + (fault.startsWith('clock ') ? Number(fault.slice(6)) : 0);
