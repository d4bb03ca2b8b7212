import {createReadStream} from 'node:fs';
import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import {Type} from 'typebox';
import {ApiError} from './errors.js';
import type {Registry} from './registry.js';

const Params = Type.Object({id: Type.String()});
// In the query, which no log has.
const Query = Type.Object({key: Type.Optional(Type.String())});

/** Where a viewer fetches what the session has downloaded; `base` is where the server is reached by WebSocket. */
export function downloadUrl(base: string, sessionId: string): (secret: string) => string {
  return (secret) => `${base.replace(/^ws/, 'http')}/sessions/${sessionId}/download?key=${secret}`;
}

/** `/sessions/{id}/download?key=…`: a file that the session has downloaded, for the viewer whose secret it is. */
export const downloadsApi: FastifyPluginAsyncTypebox<{registry: Registry}> = async (app, {registry}) => {
  app.get('/sessions/:id/download', {schema: {params: Params, querystring: Query}}, async ({params, query}, reply) => {
    const file = registry.find(params.id)?.browser?.downloads.find(query.key ?? '');
    if (!file) throw new ApiError(404, 'not_found', 'There is no such download, or its session has ended.');
    return reply
      // Never a page of this server's, whatever is in it.
      .header('content-disposition', `attachment; filename="download"; filename*=UTF-8''${encodeName(file.name)}`)
      .header('x-content-type-options', 'nosniff').header('content-security-policy', 'sandbox; default-src \'none\'')
      .header('cache-control', 'private, no-store').header('content-length', file.size)
      .header('cross-origin-resource-policy', 'cross-origin')
      .type('application/octet-stream').send(createReadStream(file.path));
  });
};

/** RFC 5987: what `encodeURIComponent` leaves and the header may not have is encoded too. A half of a pair of surrogates is none. */
function encodeName(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
