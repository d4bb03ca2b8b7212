import {assert} from 'chai';

/** A message without its time `t`, which must be there, but which a test cannot predict. */
export function untimed(message: {readonly t?: number} | undefined): object | undefined {
  if (!message) return undefined;
  const {t, ...rest} = message;
  assert.isNumber(t);
  assert.closeTo(t ?? NaN, performance.now(), 60_000);
  return rest;
}
