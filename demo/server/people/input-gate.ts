import type {ControlActionMessage, PlayerMessage, RefusalCode} from 'chaser-live-view/protocol';
import type {Attendance} from './attendance.js';
import type {Control} from './control.js';

export interface InputGateOptions {
  /** Whether the token allows input. */
  readonly isInputEnabled: boolean;
  readonly attendance: Attendance;
  readonly control: Control;
  readonly refuse: (code: RefusalCode, message: string) => void;
}

/** Decides whether a player's input counts. A player whose input is refused is told so once, not for each message. */
export class InputGate {
  readonly #options: InputGateOptions;
  #isToldOfToken = false;

  constructor(options: InputGateOptions) {
    this.#options = options;
  }

  /** Whether the token lets this player act at all, such as answer a hand-over or take control. */
  mayAct(): boolean {
    const {isInputEnabled, refuse} = this.#options;
    if (!isInputEnabled && !this.#isToldOfToken) {
      this.#isToldOfToken = true;
      refuse('input_disabled', 'This token is watch-only.');
    }
    return isInputEnabled;
  }

  /** Whether a message is passed on: input, or an answer to what the page asks. */
  admits({type}: Pick<PlayerMessage, 'type'>): boolean {
    const {attendance, control, refuse} = this.#options;
    const {person} = attendance;
    if (!this.mayAct() || !person) return false;
    // A viewer who is not the driver holds nothing, so there is nothing to release and nothing to refuse.
    if (type === 'release' && !control.isDriving(person)) return false;
    const isAdmitted = control.admit(person);
    if (!isAdmitted && control.noteRefusal(attendance.socket)) refuse('not_driving', 'Another viewer is in control of this session.');
    return isAdmitted;
  }

  /** The player takes control, or gives it back. Does nothing in a shared session. */
  drive({action}: ControlActionMessage): void {
    const {attendance: {person}, control} = this.#options;
    if (person && this.mayAct()) control[action](person);
  }
}
