import {AsyncLocalStorage} from 'node:async_hooks';
import type {FastifyBaseLogger} from 'fastify';

/** A session, which ends when an exception in it is not caught. */
export interface Faulty {
  readonly id: string;
  end(reason: 'crashed'): Promise<void>;
}

const current = new AsyncLocalStorage<Faulty>();

/**
 * Runs a session's code. An exception in it, or in anything that it starts (timers, promises, connections), ends the session
 * and is not thrown.
 */
export function runOf(session: Faulty, act: () => void): void {
  current.run(session, () => {
    try {
      act();
    } catch (error) {
      onFault(error);
    }
  });
}

let onFault = (error: unknown): void => {
  throw error;
};

/**
 * From now on, an uncaught exception in a socket's event, a timer or a promise does not end this process. It is logged,
 * and its session ends as `crashed`.
 */
export function catchFaults(log: FastifyBaseLogger): void {
  onFault = (error) => {
    const session = current.getStore();
    log.error({err: error, ...(session && {sessionId: session.id})}, session ? 'an uncaught exception ended its session' : 'an uncaught exception that belongs to no session');
    // If ending the session fails too, its rejection comes here again, and there is nothing more to end.
    void session?.end('crashed');
  };
  process.on('uncaughtException', (error) => onFault(error));
  process.on('unhandledRejection', (error) => onFault(error));
}
