import {AsyncLocalStorage} from 'node:async_hooks';
import type {FastifyBaseLogger} from 'fastify';

/** What is ended when something in it throws and nobody catches that. */
export interface Faulty {
  readonly id: string;
  end(reason: 'crashed'): Promise<void>;
}

const current = new AsyncLocalStorage<Faulty>();

/**
 * Runs what belongs to a session, and all that comes of it: timers, promises, connections that are opened. An exception
 * is the session's, and not thrown.
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
 * From now on no exception that nobody catches ends this process, in a socket's event, a timer or a promise: it is logged,
 * and the session that it is of ends as `crashed`.
 */
export function catchFaults(log: FastifyBaseLogger): void {
  onFault = (error) => {
    const session = current.getStore();
    log.error({err: error, ...(session && {sessionId: session.id})}, session ? 'an uncaught exception ended its session' : 'an uncaught exception that belongs to no session');
    // One that does not end in order rejects, and comes here once more: there is nothing more to end then.
    void session?.end('crashed');
  };
  process.on('uncaughtException', (error) => onFault(error));
  process.on('unhandledRejection', (error) => onFault(error));
}
