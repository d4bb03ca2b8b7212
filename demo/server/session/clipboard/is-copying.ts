import {MODIFIER} from 'chaser-live-view/protocol';
import type {KeyMessage} from 'chaser-live-view/protocol';
import type {ViewerMessage} from '../viewer.js';

const C = 67;
const X = 88;

/**
 * Whether a viewer's action may copy something: a press or a tap, which may hit a page's button; a shortcut that copies or cuts; or a
 * key that presses the focused button.
 */
export function isCopying(message: ViewerMessage): boolean {
  if (message.type === 'mouse') return message.event === 'down' || message.event === 'up';
  if (message.type === 'touch') return message.event === 'start' || message.event === 'end';
  return message.type === 'key' && message.event === 'down' && (isShortcut(message) || message.key === 'Enter' || message.key === ' ');
}

function isShortcut({key, keyCode, modifiers}: KeyMessage): boolean {
  if ((modifiers & (MODIFIER.control | MODIFIER.meta)) !== 0) return keyCode === C || keyCode === X || /^[cx]$/i.test(key) || key === 'Insert';
  return (modifiers & MODIFIER.shift) !== 0 && key === 'Delete';
}
