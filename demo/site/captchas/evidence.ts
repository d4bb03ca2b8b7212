import {Type} from 'typebox';
import type {Static} from 'typebox';

/** One event as the captcha's page got it. Times and places are the event's own. */
export const TraceSchema = Type.Object({
  type: Type.Union([
    Type.Literal('move'), Type.Literal('down'), Type.Literal('up'), Type.Literal('cancel'), Type.Literal('click'), Type.Literal('key'),
  ]),
  isTrusted: Type.Boolean(),
  timeMs: Type.Number(),
  x: Type.Number(),
  y: Type.Number(),
  screenX: Type.Number(),
  screenY: Type.Number(),
  buttons: Type.Integer(),
  pressure: Type.Number(),
  pointer: Type.String({maxLength: 10}),
  /** A click's count; 0 for one that a key made. */
  detail: Type.Integer(),
  key: Type.String({maxLength: 20}),
});

/** What somebody did in a captcha's frame, oldest first. */
export const EvidenceSchema = Type.Object({
  traces: Type.Array(TraceSchema, {maxItems: 8_000}),
  maxTouchPoints: Type.Integer(),
});

export type Trace = Static<typeof TraceSchema>;
export type Evidence = Static<typeof EvidenceSchema>;
