import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import type {FastifyRequest} from 'fastify';
import {Type} from 'typebox';
import {ApiError} from './errors.js';
import type {Handoff} from './people/handoff.js';
import {requireOpen} from './responses.js';
import type {SessionEntry} from './session-entry.js';

const DEFAULT_TIMEOUT_SECONDS = 600;
const RETRY_AFTER_SECONDS = 5;

const Params = Type.Object({id: Type.String()});
const HandoffParams = Type.Object({id: Type.String(), handoff: Type.String()});
const NewHandoff = Type.Object({
  // At least one character that is not white space.
  instructions: Type.String({minLength: 1, maxLength: 500, pattern: '\\S'}),
  timeout_seconds: Type.Optional(Type.Integer({minimum: 5, maximum: 3_600})),
});
const Wait = Type.Object({wait_seconds: Type.Optional(Type.String({pattern: '^([0-9]|[1-5][0-9]|60)$'}))});

export interface HandoffApiOptions {
  /** Finds a session in the workspace of the request's key. */
  readonly find: (request: FastifyRequest, id: string) => SessionEntry;
}

/** The API for hand-overs. A script waits for the answer by long polling, so it needs only HTTP. */
export const handoffApi: FastifyPluginAsyncTypebox<HandoffApiOptions> = async (app, {find}) => {
  const findHandoff = ({handoffs}: SessionEntry, id: string): Handoff => {
    const handoff = handoffs.find(id);
    if (!handoff) throw new ApiError(404, 'handoff_not_found', 'There is no such hand-over in this session.');
    return handoff;
  };

  app.post('/sessions/:id/handoffs', {schema: {params: Params, body: NewHandoff}}, async (request, reply) => {
    const entry = find(request, request.params.id);
    requireOpen(entry);
    const {instructions, timeout_seconds: timeoutSeconds = DEFAULT_TIMEOUT_SECONDS} = request.body;
    const handoff = entry.handoffs.ask(instructions, timeoutSeconds * 1000);
    if (!handoff) throw new ApiError(409, 'handoff_open', 'Another hand-over of this session is open. Cancel it, or wait until it ends.');
    return reply.status(201).send(handoffBody(handoff));
  });

  app.get('/sessions/:id/handoffs/:handoff', {schema: {params: HandoffParams, querystring: Wait}}, async (request, reply) => {
    const handoff = findHandoff(find(request, request.params.id), request.params.handoff);
    const waitMs = Number(request.query.wait_seconds ?? '0') * 1000;
    if (waitMs > 0 && handoff.isCrowded) throw new ApiError(429, 'rate_limited', 'Too many calls already wait for this hand-over.', RETRY_AFTER_SECONDS);
    const gone = new AbortController();
    const leave = () => gone.abort();
    reply.raw.once('close', leave);
    await handoff.wait(waitMs, gone.signal);
    reply.raw.off('close', leave);
    return handoffBody(handoff);
  });

  app.delete('/sessions/:id/handoffs/:handoff', {schema: {params: HandoffParams}}, async (request, reply) => {
    const entry = find(request, request.params.id);
    const handoff = findHandoff(entry, request.params.handoff);
    if (!entry.handoffs.end(handoff, 'canceled')) throw new ApiError(409, 'handoff_not_open', `The hand-over has already ended: ${handoff.status}.`);
    return reply.status(204).send();
  });
};

/** A hand-over as the API shows it. */
function handoffBody({id, status, instructions, createdAt, expiresAt, note, endedAt}: Handoff): object {
  return {
    id, object: 'handoff', status, instructions, created_at: createdAt.toISOString(), expires_at: expiresAt.toISOString(),
    note: note ?? null, ended_at: endedAt?.toISOString() ?? null,
  };
}
