import {Type} from 'typebox';
import type {Static} from 'typebox';

/** One event as the captcha's page received it, with the event's own time and coordinates. */
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
  /** The click count. 0 for a click by a key. */
  detail: Type.Integer(),
  key: Type.String({maxLength: 20}),
});

/** The events in a captcha's frame, oldest first. */
export const EvidenceSchema = Type.Object({
  traces: Type.Array(TraceSchema, {maxItems: 8_000}),
  maxTouchPoints: Type.Integer(),
});

export type Trace = Static<typeof TraceSchema>;
export type Evidence = Static<typeof EvidenceSchema>;
