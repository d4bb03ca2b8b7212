import type {LiveViewError} from './errors.js';
import type {ControlMessage, DialogKind, DialogMessage, HandoffStatus} from './protocol.js';

/** The states of a live view, as a person would name them. */
export type LiveViewState =
  | 'idle' | 'connecting' | 'live' | 'stalled' | 'reconnecting' | 'expired' | 'ended' | 'failed';

/** An event with members of its own. */
class LiveViewEvent extends Event {
  constructor(type: string, members: object, isCancelable = false) {
    super(type, {cancelable: isCancelable});
    Object.assign(this, members);
  }
}

/** `state` has changed. */
export class StateChangeEvent extends LiveViewEvent {
  declare readonly state: LiveViewState;
  declare readonly previousState: LiveViewState;

  constructor(state: LiveViewState, previousState: LiveViewState) {
    super('statechange', {state, previousState});
  }
}

/** A frame is on the canvas. */
export class FrameEvent extends LiveViewEvent {
  /** Pixels of the frame itself. */
  declare readonly width: number;
  declare readonly height: number;
  /** The frame's number on this connection, counted from 1; a frame that was dropped has a number too. */
  declare readonly frame: number;

  constructor(width: number, height: number, frame: number) {
    super('frame', {width, height, frame});
  }
}

/** `viewport` has changed. */
export class ViewportChangeEvent extends LiveViewEvent {
  /** CSS pixels of the session's viewport. */
  declare readonly width: number;
  declare readonly height: number;

  constructor(width: number, height: number) {
    super('viewportchange', {width, height});
  }
}

/** Something went wrong. The type is `error`. */
export class LiveViewErrorEvent extends LiveViewEvent {
  declare readonly error: LiveViewError;

  constructor(error: LiveViewError) {
    super('error', {error});
  }
}

/** `inputEnabled` has changed. */
export class InputChangeEvent extends LiveViewEvent {
  declare readonly inputEnabled: boolean;

  constructor(inputEnabled: boolean) {
    super('inputchange', {inputEnabled});
  }
}

/**
 * Something was copied in the session. Unless it is canceled, the element offers what the person copied themselves to their
 * clipboard, and never what the page or somebody else has copied.
 */
export class ClipboardTextEvent extends LiveViewEvent {
  declare readonly text: string;
  /** The same with its form; undefined where it has none. */
  declare readonly html: string | undefined;
  /** Whether this person's own shortcut, press or tap has copied it, or not; undefined where the server does not say. */
  declare readonly by: 'person' | 'page' | undefined;

  constructor(text: string, html?: string, by?: 'person' | 'page') {
    super('clipboard', {text, html, by}, true);
  }
}

/** A native dialog blocks the session's page. A page that cancels it shows its own and calls `respond`. */
export class DialogEvent extends LiveViewEvent {
  declare readonly id: string;
  declare readonly kind: DialogKind;
  declare readonly message: string;
  /** The text that a `prompt` starts with. */
  declare readonly defaultValue: string | undefined;
  /** The origin of the frame that asks; undefined where the server does not say. */
  declare readonly origin: string | undefined;
  /** Answers the dialog; `text` is a prompt's. Only the first answer counts. */
  declare readonly respond: (accept: boolean, text?: string) => void;

  constructor(
    {id, kind, message, defaultValue, origin}: Pick<DialogMessage, 'id' | 'kind' | 'message' | 'defaultValue' | 'origin'>,
    respond: (accept: boolean, text?: string) => void,
  ) {
    super('dialog', {id, kind, message, defaultValue, origin, respond}, true);
  }
}

/** A dialog is gone: answered here, by another viewer, or by the automation. */
export class DialogClosedEvent extends LiveViewEvent {
  declare readonly id: string;

  constructor(id: string) {
    super('dialogclosed', {id});
  }
}

/** The session's top document has another address or title. */
export class PageChangeEvent extends LiveViewEvent {
  declare readonly url: string;
  declare readonly title: string;

  constructor(url: string, title: string) {
    super('pagechange', {url, title});
  }
}

/** `tabs`, `canGoBack`, `canGoForward`, `loading` or `navigation` has changed. */
export class TabsChangeEvent extends LiveViewEvent {
  constructor() {
    super('tabschange', {});
  }
}

/** What a person is asked to do in the session. */
export interface Handoff {
  readonly id: string;
  readonly instructions: string;
  /** When nobody waits for an answer any more, by the server's clock. */
  readonly expiresAt: Date;
}

/** A person is asked for. A page that cancels it shows its own and calls `respond`. */
export class HandoffEvent extends LiveViewEvent {
  declare readonly id: string;
  declare readonly instructions: string;
  /** When nobody waits for an answer any more, by the server's clock. */
  declare readonly expiresAt: Date;
  /** Answers; `note` is a word on it, of at most 500 characters. Only the first answer counts, whoever gives it. */
  declare readonly respond: (status: 'done' | 'failed', note?: string) => void;

  constructor(handoff: Handoff, respond: (status: 'done' | 'failed', note?: string) => void) {
    super('handoff', {...handoff, respond}, true);
  }
}

/** Nobody is asked for any more: answered here or by another viewer, canceled, or too late. */
export class HandoffClosedEvent extends LiveViewEvent {
  declare readonly id: string;
  /** Null where the stream ended, or was away, before the server could say. */
  declare readonly status: HandoffStatus | null;

  constructor(id: string, status: HandoffStatus | null) {
    super('handoffclosed', {id, status});
  }
}

/** Somebody else drives the session, or another number of people watch it. */
export class ControlChangeEvent extends LiveViewEvent {
  /** Null: the session is shared, everybody's input counts. */
  declare readonly driver: ControlMessage['driver'] | null;
  declare readonly viewers: number | null;

  constructor(driver: ControlMessage['driver'] | null, viewers: number | null) {
    super('controlchange', {driver, viewers});
  }
}

/** The session has downloaded a file. Unless it is canceled, the element offers the file as a link to save. */
export class DownloadEvent extends LiveViewEvent {
  declare readonly name: string;
  /** Bytes. */
  declare readonly size: number;
  /** Where the file is, at the preview's own host, until the session ends. Whoever has the address has the file. */
  declare readonly url: string;

  constructor(name: string, size: number, url: string) {
    super('download', {name, size, url}, true);
  }
}

/** `zoom` has changed. */
export class ZoomChangeEvent extends LiveViewEvent {
  declare readonly zoom: number;

  constructor(zoom: number) {
    super('zoomchange', {zoom});
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
  tabschange: TabsChangeEvent;
  download: DownloadEvent;
  handoff: HandoffEvent;
  handoffclosed: HandoffClosedEvent;
  controlchange: ControlChangeEvent;
  zoomchange: ZoomChangeEvent;
}
