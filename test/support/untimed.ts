import {assert} from 'chai';

/** A message without the hand's time, which it has: of the page's clock, and not to be known beforehand. */
export function untimed(message: {readonly t?: number} | undefined): object | undefined {
  if (!message) return undefined;
  const {t, ...rest} = message;
  assert.isNumber(t);
  assert.closeTo(t ?? NaN, performance.now(), 60_000);
  return rest;
}
