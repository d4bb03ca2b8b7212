import type {RefusalCode} from 'chaser-live-view/protocol';

/** Why a file is not taken. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly words: string;
}
