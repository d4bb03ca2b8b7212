import type {LiveViewState} from '../events.js';

/** The events that can change the state of a stream. */
export type StreamEvent =
  /** The page or the person starts the stream, or starts it over. */
  | 'connect'
  /** The page stops the stream, or removes the element. */
  | 'disconnect'
  /** A frame of the current socket was painted. While frames are held: the server has answered. */
  | 'shown'
  /** A ping is overdue. */
  | 'quiet'
  /** Something arrived after all. */
  | 'heard'
  /** The socket broke, or its token expired and another can be requested. */
  | 'lost'
  /** The token was refused, and the element cannot get another. */
  | 'expire'
  /** The session is over. */
  | 'end'
  /** There is nothing more to try. */
  | 'fail';

type Transitions = Readonly<Partial<Record<StreamEvent, LiveViewState>>>;

const OVER: Transitions = {connect: 'connecting', disconnect: 'idle'};
const RUNNING: Transitions = {disconnect: 'idle', expire: 'expired', end: 'ended', fail: 'failed'};

/** The state that each event leads to. An event that is not in the table changes nothing. */
export const TRANSITIONS: Readonly<Record<LiveViewState, Transitions>> = {
  idle: {connect: 'connecting'},
  connecting: {...RUNNING, shown: 'live', lost: 'reconnecting'},
  live: {...RUNNING, connect: 'connecting', quiet: 'stalled', lost: 'reconnecting'},
  stalled: {...RUNNING, connect: 'connecting', heard: 'live', shown: 'live', lost: 'reconnecting'},
  reconnecting: {...RUNNING, connect: 'connecting', shown: 'live'},
  expired: OVER,
  ended: OVER,
  failed: OVER,
};

/** The state after an event. */
export function nextState(state: LiveViewState, event: StreamEvent): LiveViewState {
  return TRANSITIONS[state][event] ?? state;
}

/** Whether a stream in this state has a socket, or will open one by itself. */
export function isRunning(state: LiveViewState): boolean {
  return 'fail' in TRANSITIONS[state];
}
