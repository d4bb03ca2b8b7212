import type {LiveViewError} from './errors.js';
import type {ControlMessage, DialogKind, DialogMessage, FileChooserMessage, HandoffStatus} from './protocol.js';

/** The states of a live view. */
export type LiveViewState =
  | 'idle' | 'connecting' | 'live' | 'stalled' | 'reconnecting' | 'expired' | 'ended' | 'failed';

/** Base class of the element's events: an `Event` with the given members. */
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

/** A frame was painted on the canvas. */
export class FrameEvent extends LiveViewEvent {
  /** Width of the frame in its own pixels. */
  declare readonly width: number;
  declare readonly height: number;
  /** The frame's number on this connection, counted from 1. Dropped frames are counted too. */
  declare readonly frame: number;

  constructor(width: number, height: number, frame: number) {
    super('frame', {width, height, frame});
  }
}

/** `viewport` has changed. */
export class ViewportChangeEvent extends LiveViewEvent {
  /** Width of the session's viewport in CSS pixels. */
  declare readonly width: number;
  declare readonly height: number;

  constructor(width: number, height: number) {
    super('viewportchange', {width, height});
  }
}

/** Something went wrong. The event's type is `error`. */
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
 * Something was copied in the session. Unless the event is canceled, the element writes what this person copied to their own
 * clipboard. It never writes what the page or another viewer copied.
 */
export class ClipboardTextEvent extends LiveViewEvent {
  declare readonly text: string;
  /** The copied content as HTML. Undefined if there is none. */
  declare readonly html: string | undefined;
  /** `person` if this person's own shortcut, press or tap caused the copy, else `page`. Undefined if the server does not say. */
  declare readonly by: 'person' | 'page' | undefined;

  constructor(text: string, html?: string, by?: 'person' | 'page') {
    super('clipboard', {text, html, by}, true);
  }
}

/** A native dialog blocks the session's page. To show a dialog of your own, cancel the event and call `respond`. */
export class DialogEvent extends LiveViewEvent {
  declare readonly id: string;
  declare readonly kind: DialogKind;
  declare readonly message: string;
  /** The text that a `prompt` starts with. */
  declare readonly defaultValue: string | undefined;
  /** The origin of the frame that opened the dialog. Undefined if the server does not say. */
  declare readonly origin: string | undefined;
  /** Answers the dialog. `text` is the answer to a `prompt`. Only the first answer counts. */
  declare readonly respond: (accept: boolean, text?: string) => void;

  constructor(
    {id, kind, message, defaultValue, origin}: Pick<DialogMessage, 'id' | 'kind' | 'message' | 'defaultValue' | 'origin'>,
    respond: (accept: boolean, text?: string) => void,
  ) {
    super('dialog', {id, kind, message, defaultValue, origin, respond}, true);
  }
}

/** A dialog was closed: it was answered here, by another viewer or by a script. */
export class DialogClosedEvent extends LiveViewEvent {
  declare readonly id: string;

  constructor(id: string) {
    super('dialogclosed', {id});
  }
}

/** The session's top-level document has another address or title. */
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

/** A request for a person: what to do in the session, and until when. */
export interface Handoff {
  readonly id: string;
  readonly instructions: string;
  /** When the request times out, by the server's clock. */
  readonly expiresAt: Date;
}

/** A script asks for a person. To show the request yourself, cancel the event and call `respond`. */
export class HandoffEvent extends LiveViewEvent {
  declare readonly id: string;
  declare readonly instructions: string;
  /** When the request times out, by the server's clock. */
  declare readonly expiresAt: Date;
  /** Answers the request. `note` is an optional remark of at most 500 characters. Only the first answer of all viewers counts. */
  declare readonly respond: (status: 'done' | 'failed', note?: string) => void;

  constructor(handoff: Handoff, respond: (status: 'done' | 'failed', note?: string) => void) {
    super('handoff', {...handoff, respond}, true);
  }
}

/** A request for a person is over: it was answered, canceled, or timed out, or the session ended. */
export class HandoffClosedEvent extends LiveViewEvent {
  declare readonly id: string;
  /** How the request ended. Null if the stream ended, or was disconnected, before the server could say. */
  declare readonly status: HandoffStatus | null;

  constructor(id: string, status: HandoffStatus | null) {
    super('handoffclosed', {id, status});
  }
}

/** `driver` or `viewers` has changed. */
export class ControlChangeEvent extends LiveViewEvent {
  /** Who is in control. Null in a shared session, where everybody's input counts. */
  declare readonly driver: ControlMessage['driver'] | null;
  declare readonly viewers: number | null;

  constructor(driver: ControlMessage['driver'] | null, viewers: number | null) {
    super('controlchange', {driver, viewers});
  }
}

/** The session's page asks for files. To ask the person yourself, cancel the event and call `respond`. */
export class FileChooserEvent extends LiveViewEvent {
  /** Whether the page takes more than one file. */
  declare readonly multiple: boolean;
  /** The file types that the page asks for, as in the `accept` attribute of HTML's file input. */
  declare readonly accept: string;
  /** Gives the page these files; none of them cancels. Only the first answer counts. */
  declare readonly respond: (files: Iterable<File>) => void;

  constructor({multiple, accept}: Pick<FileChooserMessage, 'multiple' | 'accept'>, respond: (files: Iterable<File>) => void) {
    super('filechooser', {multiple, accept, respond}, true);
  }
}

/** The session has downloaded a file. Unless the event is canceled, the element shows a link to save the file. */
export class DownloadEvent extends LiveViewEvent {
  declare readonly name: string;
  /** Size in bytes. */
  declare readonly size: number;
  /** Address of the file on the preview's own host, valid until the session ends. Anybody who has the address can download the file. */
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

/** The events of `<chaser-live-view>` by name. None of them bubbles. */
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
  filechooser: FileChooserEvent;
  download: DownloadEvent;
  handoff: HandoffEvent;
  handoffclosed: HandoffClosedEvent;
  controlchange: ControlChangeEvent;
  zoomchange: ZoomChangeEvent;
}
