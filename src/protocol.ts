/**
 * The preview protocol, version 1: everything that player and server need to know of each other.
 *
 * Types for each message, the limits, the close codes, and strict parsers. This module uses no DOM and imports nothing from
 * outside, so a server in Node can use it too (`chaser-live-view/protocol`).
 *
 * A binary message from the server is one JPEG: a whole frame, or the pieces of a patch. A binary message from the player contains
 * bytes of a file or a paste that it has announced. A text message is one JSON object with a string `type`. Unknown types
 * and unknown members are ignored by both ends, so that the protocol can grow.
 */
export * from './protocol/constants.js';
export * from './protocol/player-messages.js';
export * from './protocol/server-messages.js';
export * from './protocol/types.js';
export {encode} from './protocol/read.js';
export type {Parsed} from './protocol/read.js';
export {parsePlayerMessage} from './protocol/read-player.js';
export {parsePreviewToken, parseServerMessage} from './protocol/read-server.js';
