import type {RefusalCode} from 'chaser-live-view/protocol';

/** Why a file is refused. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly words: string;
}
