import type {LiveViewError} from './errors.js';
import type {DialogKind} from './protocol.js';

/** The states of a live view, as a person would name them. */
export type LiveViewState =
  | 'idle' | 'connecting' | 'live' | 'stalled' | 'reconnecting' | 'expired' | 'ended' | 'failed';

/** `state` has changed. */
export class StateChangeEvent extends Event {
  readonly state: LiveViewState;
  readonly previousState: LiveViewState;

  constructor(state: LiveViewState, previousState: LiveViewState) {
    super('statechange');
    this.state = state;
    this.previousState = previousState;
  }
}

/** A frame is on the canvas. */
export class FrameEvent extends Event {
  /** Pixels of the frame itself. */
  readonly width: number;
  readonly height: number;
  /** The frame's number on this connection, counted from 1; a frame that was dropped has a number too. */
  readonly frame: number;

  constructor(width: number, height: number, frame: number) {
    super('frame');
    this.width = width;
    this.height = height;
    this.frame = frame;
  }
}

/** `viewport` has changed. */
export class ViewportChangeEvent extends Event {
  /** CSS pixels of the session's viewport. */
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    super('viewportchange');
    this.width = width;
    this.height = height;
  }
}

/** Something went wrong. The type is `error`. */
export class LiveViewErrorEvent extends Event {
  readonly error: LiveViewError;

  constructor(error: LiveViewError) {
    super('error');
    this.error = error;
  }
}

/** `inputEnabled` has changed. */
export class InputChangeEvent extends Event {
  readonly inputEnabled: boolean;

  constructor(inputEnabled: boolean) {
    super('inputchange');
    this.inputEnabled = inputEnabled;
  }
}

/** Text was copied in the session. Unless it is canceled, the element offers the text to the viewer's clipboard. */
export class ClipboardTextEvent extends Event {
  readonly text: string;

  constructor(text: string) {
    super('clipboard', {cancelable: true});
    this.text = text;
  }
}

/** A native dialog blocks the session's page. A page that cancels it shows its own and calls `respond`. */
export class DialogEvent extends Event {
  readonly id: string;
  readonly kind: DialogKind;
  readonly message: string;
  /** The text that a `prompt` starts with. */
  readonly defaultValue: string | undefined;
  readonly #respond: (accept: boolean, text?: string) => void;

  constructor(
    dialog: {readonly id: string; readonly kind: DialogKind; readonly message: string; readonly defaultValue?: string},
    respond: (accept: boolean, text?: string) => void,
  ) {
    super('dialog', {cancelable: true});
    this.id = dialog.id;
    this.kind = dialog.kind;
    this.message = dialog.message;
    this.defaultValue = dialog.defaultValue;
    this.#respond = respond;
  }

  /** Answers the dialog; `text` is a prompt's. Only the first answer counts. */
  respond(accept: boolean, text?: string): void {
    this.#respond(accept, text);
  }
}

/** A dialog is gone: answered here, by another viewer, or by the automation. */
export class DialogClosedEvent extends Event {
  readonly id: string;

  constructor(id: string) {
    super('dialogclosed');
    this.id = id;
  }
}

/** The session's top document has another address or title. */
export class PageChangeEvent extends Event {
  readonly url: string;
  readonly title: string;

  constructor(url: string, title: string) {
    super('pagechange');
    this.url = url;
    this.title = title;
  }
}

/** The events of `<chaser-live-view>` by their names; none bubbles. */
export interface LiveViewEventMap {
  statechange: StateChangeEvent;
  frame: FrameEvent;
  viewportchange: ViewportChangeEvent;
  error: LiveViewErrorEvent;
  inputchange: InputChangeEvent;
  clipboard: ClipboardTextEvent;
  dialog: DialogEvent;
  dialogclosed: DialogClosedEvent;
  pagechange: PageChangeEvent;
}
