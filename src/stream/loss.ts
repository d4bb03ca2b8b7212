import type {PlayerMessage} from '../protocol.js';

/** Whether a person who did this expects something of it: not of a move, nor of what lets go. */
export function isLoss(message: PlayerMessage): boolean {
  if ('event' in message) return message.event === 'down' || message.event === 'start';
  return message.type === 'wheel' || message.type === 'text';
}
