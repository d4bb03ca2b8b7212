import type {ReactiveControllerHost} from 'lit';
import type {LiveViewError} from '../errors.js';
import {FrameEvent} from '../events.js';
import type {HelloMessage, PlayerMessage, Size} from '../protocol.js';
import type {LinkOwner} from './link.js';
import {isLoss} from './loss.js';
import type {PipelineOwner} from './pipeline-client.js';
import {ServerProblems} from './server-problems.js';
import type {StreamEvent} from './state.js';
import type {StatsRecorder} from './stats.js';
import type {StreamStatus} from './stream-status.js';
import type {FrameCounts, PaintedFrame, SpoiltFrame, StreamMessage} from './thread-messages.js';
import type {Token} from './token-source.js';

/** Receives the messages that are not about the stream itself. */
export type SessionMessage = Exclude<StreamMessage, {type: 'error'}>;

export interface StreamListenerOptions extends Pick<LinkOwner, 'isPressing' | 'letGo'>, Pick<PipelineOwner, 'canvas' | 'mayUseWorker'> {
  readonly onSessionMessage: (message: SessionMessage) => void;
  /** Something happened that the picture does not show, or another viewer drives. `code` is the server's. */
  readonly onNotice: (code: string) => void;
}

/** The parts of the stream that its listener changes. */
interface HeardStream {
  /** Whether a connection is the current one. */
  readonly isActive: (connection: number) => boolean;
  /** Closes the connection for good. */
  readonly giveUp: (error: LiveViewError) => void;
}

/** Passes what the link and the pipeline report on to the status, the counters and the element. Fires `frame` on the element. */
export class StreamListener implements LinkOwner, PipelineOwner {
  readonly canvas: StreamListenerOptions['canvas'];
  readonly mayUseWorker: StreamListenerOptions['mayUseWorker'];
  readonly isPressing: StreamListenerOptions['isPressing'];
  readonly letGo: StreamListenerOptions['letGo'];
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: StreamListenerOptions & HeardStream;
  readonly #status: StreamStatus;
  readonly #stats: StatsRecorder;
  readonly #problems = new ServerProblems();

  constructor(host: ReactiveControllerHost & HTMLElement, status: StreamStatus, stats: StatsRecorder, options: StreamListenerOptions & HeardStream) {
    ({canvas: this.canvas, mayUseWorker: this.mayUseWorker, isPressing: this.isPressing, letGo: this.letGo} = options);
    this.#host = host;
    this.#status = status;
    this.#stats = stats;
    this.#options = options;
  }

  onEvent(event: StreamEvent, error?: LiveViewError): void {
    if (event === 'shown' && this.#status.state === 'reconnecting') this.#stats.reconnects++;
    this.#status.apply(event, error);
  }

  onError(error: LiveViewError | undefined): void {
    if (error) this.#status.report(error);
  }

  onConnection(token: Token, hello: HelloMessage | undefined): void {
    this.#status.setConnection(token, hello);
  }

  onServerMessage(message: StreamMessage): void {
    if (message.type !== 'error') return this.#options.onSessionMessage(message);
    const {code} = message;
    const error = this.#problems.notice(code);
    if (!error) return;
    if (error.code === 'session_notice' || code === 'not_driving' || code === 'too_large') this.#options.onNotice(code);
    this.onError(error);
  }

  onMalformed(problem: string): void {
    this.onError(this.#problems.badMessage(problem));
  }

  onLife(life: 'quiet' | 'heard'): void {
    this.onEvent(life);
  }

  onCanvas(): void {
    this.#host.requestUpdate();
  }

  onCounts(counts: FrameCounts): void {
    this.#stats.count(counts);
  }

  onPainted({connection, number, size, viewport, decodeMs}: PaintedFrame): void {
    this.#stats.painted(decodeMs);
    this.onViewport(viewport ?? size);
    if (this.#options.isActive(connection)) this.onEvent('shown');
    this.#host.dispatchEvent(new FrameEvent(size.width, size.height, number));
  }

  onBad(frame: SpoiltFrame): void {
    const error = this.#problems.badFrame(frame);
    if (error?.fatal) this.#options.giveUp(error);
    else this.onError(error);
  }

  onViewport(viewport: Size): void {
    this.#status.setViewport(viewport);
  }

  onUnsent(message: PlayerMessage): void {
    if (isLoss(message)) this.#status.reportLoss();
  }
}
