import {createReadStream} from 'node:fs';
import type {FastifyPluginAsyncTypebox} from '@fastify/type-provider-typebox';
import {Type} from 'typebox';
import {ApiError} from './errors.js';
import type {Registry} from './registry.js';

const Params = Type.Object({id: Type.String()});
// In the query, which is never logged.
const Query = Type.Object({key: Type.Optional(Type.String())});

/** The address of a downloaded file, by a viewer's secret. `base` is the server's WebSocket address. */
export function downloadUrl(base: string, sessionId: string): (secret: string) => string {
  return (secret) => `${base.replace(/^ws/, 'http')}/sessions/${sessionId}/download?key=${secret}`;
}

/** `/sessions/{id}/download?key=…`: a file that the session has downloaded, for the viewer with this secret. */
export const downloadsApi: FastifyPluginAsyncTypebox<{registry: Registry}> = async (app, {registry}) => {
  app.get('/sessions/:id/download', {schema: {params: Params, querystring: Query}}, async ({params, query}, reply) => {
    const file = registry.find(params.id)?.browser?.downloads.find(query.key ?? '');
    if (!file) throw new ApiError(404, 'not_found', 'There is no such download, or its session has ended.');
    return reply
      // The browser must save the file, and never show it as a page of this server.
      .header('content-disposition', `attachment; filename="download"; filename*=UTF-8''${encodeName(file.name)}`)
      .header('x-content-type-options', 'nosniff').header('content-security-policy', 'sandbox; default-src \'none\'')
      .header('cache-control', 'private, no-store').header('content-length', file.size)
      .header('cross-origin-resource-policy', 'cross-origin')
      .type('application/octet-stream').send(createReadStream(file.path));
  });
};

/** Encodes a name by RFC 5987, which allows fewer characters than `encodeURIComponent` leaves. Lone surrogates are replaced. */
function encodeName(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
