import {LiveViewError} from '../errors.js';
import {REFUSAL_CODES} from '../protocol.js';
import {RateLimit} from './rate-limit.js';
import type {SpoiltFrame} from './thread-messages.js';

/** After this many bad frames without a good one between them, the stream is given up. */
const MAX_BAD_FRAMES = 10;

/** Reports problems with the server's messages as errors. A flood of problems of one kind does not become a flood of errors. */
export class ServerProblems {
  #malformed = 0;
  readonly #frames = new RateLimit();
  readonly #messages = new RateLimit();
  readonly #notices = new RateLimit();

  /** Reports a frame that could not be shown. After too many of them the error is fatal. */
  badFrame({number, problem, cause, inARow}: SpoiltFrame): LiveViewError | undefined {
    const error = new LiveViewError('bad_frame', `Frame ${number} could not be shown: ${problem}.`, {cause});
    if (inARow >= MAX_BAD_FRAMES) return new LiveViewError('bad_frame', `None of the last ${inARow} frames could be shown.`, {fatal: true, cause: error});
    return this.#frames.take() ? error : undefined;
  }

  /** Reports a message that could not be parsed. */
  badMessage(problem: string): LiveViewError | undefined {
    this.#malformed++;
    return this.#messages.take()
      ? new LiveViewError('bad_message', `A message from the server was dropped, number ${this.#malformed}: ${problem}.`) : undefined;
  }

  /** Reports a refusal or a notice of the server. The server's own text is left out: it may contain anything. */
  notice(code: string): LiveViewError | undefined {
    if (!this.#notices.take()) return undefined;
    return REFUSAL_CODES.some((refusal) => refusal === code)
      ? new LiveViewError('input_refused', `The server refused what was sent (${code}).`)
      : new LiveViewError('session_notice', `The session reports ${code}.`);
  }
}
