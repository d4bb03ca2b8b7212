import {LiveViewError} from '../errors.js';
import {REFUSAL_CODES} from '../protocol.js';
import {RateLimit} from './rate-limit.js';
import type {SpoiltFrame} from './thread-messages.js';

/** A stream of nothing but bad frames is given up after this many. */
const MAX_BAD_FRAMES = 10;

/** What is wrong with what the server sends, as errors for the page; a flood of one kind is not another one of errors. */
export class ServerProblems {
  #malformed = 0;
  readonly #frames = new RateLimit();
  readonly #messages = new RateLimit();
  readonly #notices = new RateLimit();

  /** A frame that could not be shown. The error is fatal after too many of them. */
  badFrame({number, problem, cause, inARow}: SpoiltFrame): LiveViewError | undefined {
    const error = new LiveViewError('bad_frame', `Frame ${number} could not be shown: ${problem}.`, {cause});
    if (inARow >= MAX_BAD_FRAMES) return new LiveViewError('bad_frame', `None of the last ${inARow} frames could be shown.`, {fatal: true, cause: error});
    return this.#frames.take() ? error : undefined;
  }

  /** A message that could not be read. */
  badMessage(problem: string): LiveViewError | undefined {
    this.#malformed++;
    return this.#messages.take()
      ? new LiveViewError('bad_message', `A message from the server was dropped, number ${this.#malformed}: ${problem}.`) : undefined;
  }

  /** What the server refuses, or tells of the session. Its own words stay out of it: nobody knows what is in them. */
  notice(code: string): LiveViewError | undefined {
    if (!this.#notices.take()) return undefined;
    return REFUSAL_CODES.some((refusal) => refusal === code)
      ? new LiveViewError('input_refused', `The server refused what was sent (${code}).`)
      : new LiveViewError('session_notice', `The session reports ${code}.`);
  }
}
