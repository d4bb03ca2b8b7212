import type {PlayerMessage} from '../protocol.js';

/** Whether a person notices that this input was lost. Moves and releases do not count. */
export function isLoss(message: PlayerMessage): boolean {
  if ('event' in message) return message.event === 'down' || message.event === 'start';
  return message.type === 'wheel' || message.type === 'text';
}
