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

/** Whether what a player does to a session counts. A player whose input does not is told so once, not for each message. */
export class InputGate {
  readonly #options: InputGateOptions;
  #isToldOfToken = false;

  constructor(options: InputGateOptions) {
    this.#options = options;
  }

  /** Whether the token lets this player act at all: answer what a person is asked, take control. */
  mayAct(): boolean {
    const {isInputEnabled, refuse} = this.#options;
    if (!isInputEnabled && !this.#isToldOfToken) {
      this.#isToldOfToken = true;
      refuse('input_disabled', 'This token is watch-only.');
    }
    return isInputEnabled;
  }

  /** Whether a message is to be passed on: input, or an answer to what the page asks. */
  admits({type}: Pick<PlayerMessage, 'type'>): boolean {
    const {attendance, control, refuse} = this.#options;
    const {person} = attendance;
    if (!this.mayAct() || !person) return false;
    // Whoever does not drive holds nothing: there is nothing to let go of, and nothing to refuse.
    if (type === 'release' && !control.isDriving(person)) return false;
    const isAdmitted = control.admit(person);
    if (!isAdmitted && control.noteRefusal(attendance.socket)) refuse('not_driving', 'Another viewer is in control of this session.');
    return isAdmitted;
  }

  /** The player takes control, or gives it back. In a shared session there is none. */
  drive({action}: ControlActionMessage): void {
    const {attendance: {person}, control} = this.#options;
    if (person && this.mayAct()) control[action](person);
  }
}
