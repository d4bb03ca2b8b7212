import type {LiveViewState} from '../events.js';

/** What happens to a stream, as far as its state is concerned. */
export type StreamEvent =
  /** The page, or the person, starts the stream or starts it over. */
  | 'connect'
  /** The page stops the stream, or removes the element. */
  | 'disconnect'
  /** A frame of the socket that counts is on the canvas; while frames are held, the server has answered. */
  | 'shown'
  /** A ping is overdue. */
  | 'quiet'
  /** Something arrived after all. */
  | 'heard'
  /** The socket broke, or its token ran out and another can be minted. */
  | 'lost'
  /** The token was refused and there is no way to mint another. */
  | 'expire'
  /** The session is over. */
  | 'end'
  /** There is nothing more to try. */
  | 'fail';

/** Where each event leads from each state. What is not in the table changes nothing. */
export const TRANSITIONS: Readonly<Record<LiveViewState, Readonly<Partial<Record<StreamEvent, LiveViewState>>>>> = {
  idle: {connect: 'connecting'},
  connecting: {
    disconnect: 'idle', shown: 'live', lost: 'reconnecting', expire: 'expired', end: 'ended', fail: 'failed',
  },
  live: {
    connect: 'connecting', disconnect: 'idle', quiet: 'stalled', lost: 'reconnecting', expire: 'expired', end: 'ended',
    fail: 'failed',
  },
  stalled: {
    connect: 'connecting', disconnect: 'idle', heard: 'live', shown: 'live', lost: 'reconnecting', expire: 'expired',
    end: 'ended', fail: 'failed',
  },
  reconnecting: {
    connect: 'connecting', disconnect: 'idle', shown: 'live', expire: 'expired', end: 'ended', fail: 'failed',
  },
  expired: {connect: 'connecting', disconnect: 'idle'},
  ended: {connect: 'connecting', disconnect: 'idle'},
  failed: {connect: 'connecting', disconnect: 'idle'},
};

/** The state after an event. */
export function nextState(state: LiveViewState, event: StreamEvent): LiveViewState {
  return TRANSITIONS[state][event] ?? state;
}

/** Whether a stream in this state has a socket, or is about to get one by itself. */
export function isRunning(state: LiveViewState): boolean {
  return state === 'connecting' || state === 'live' || state === 'stalled' || state === 'reconnecting';
}
