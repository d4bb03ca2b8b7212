import type {Audience} from './audience.js';
import {blankJpeg} from './blank-jpeg.js';
import type {SessionClipboard} from './clipboard/session-clipboard.js';
import type {Downloads} from './downloads.js';
import type {FileChoosers} from './files/file-choosers.js';
import type {SessionInput} from './input/session-input.js';
import type {NativeUi} from './native-ui.js';
import {pageMessage} from './page-message.js';
import type {Pages} from './pages.js';
import type {Picture} from './picture.js';
import type {Tabs} from './tabs/tabs.js';
import type {Seat, Viewer, ViewerMessage} from './viewer.js';

export interface SeatParts {
  readonly audience: Audience;
  readonly choosers: FileChoosers;
  readonly clipboard: SessionClipboard;
  readonly downloads: Downloads;
  readonly input: SessionInput;
  readonly nativeUi: NativeUi;
  readonly pages: Pages;
  readonly picture: Picture;
  readonly tabs: Tabs;
}

/** Seats a session's viewers: sends each new viewer the current state, and passes viewers' messages on to the part that handles them. */
export class Seats {
  readonly #parts: SeatParts;

  constructor(parts: SeatParts) {
    this.#parts = parts;
  }

  join(viewer: Viewer): Seat {
    const {audience, input, clipboard, choosers, downloads} = this.#parts;
    audience.join(viewer);
    this.#welcome(viewer);
    this.#watch();
    const hands = input.seat((message) => viewer.tell(message));
    const copies = clipboard.seat(viewer);
    return {
      receive: (message: ViewerMessage) => {
        copies.note(message);
        if (!this.#receive(message, viewer)) hands.receive(message);
      },
      paste: (message) => {
        const bytes = clipboard.receive(message);
        if (bytes) hands.paste(bytes.content);
        return bytes;
      },
      recall: () => downloads.recall(viewer),
      receiveFile: (message, afford) => choosers.announce(message, viewer, afford),
      setWatching: (isWatching) => {
        if (audience.setWatching(viewer, isWatching)) this.#showNewest(viewer);
        this.#watch();
      },
      revoke: () => hands.revoke(),
      leave: () => {
        hands.leave();
        copies.leave();
        audience.leave(viewer);
        this.#watch();
      },
    };
  }

  #welcome(viewer: Viewer): void {
    const {pages, picture, tabs, nativeUi, choosers} = this.#parts;
    viewer.tell({type: 'viewport', ...picture.viewport});
    viewer.tell(pageMessage(pages.front));
    viewer.tell(tabs.message);
    this.#showNewest(viewer);
    for (const message of nativeUi.messages) viewer.tell(message);
    if (viewer.isWatchOnly !== true) for (const message of choosers.messages) viewer.tell(message);
  }

  /** Returns false if the message is input. */
  #receive(message: ViewerMessage, viewer: Viewer): boolean {
    const {tabs, choosers, nativeUi} = this.#parts;
    if (message.type === 'tab' || message.type === 'navigate') tabs.receive(message, viewer);
    else if (message.type === 'file_chooser') choosers.answer(message, viewer);
    else return nativeUi.receive(message);
    return true;
  }

  #watch(): void {
    this.#parts.picture.setWatched(this.#parts.audience.isWatching);
  }

  /** Sends the current picture to one viewer. A page with an open dialog paints no new one, so its last picture is sent. */
  #showNewest(viewer: Viewer): void {
    const {pages: {front}, picture, nativeUi} = this.#parts;
    const jpeg = !front ? blankJpeg(picture.viewport) : nativeUi.isHeld(front) ? picture.last : picture.newest;
    if (jpeg) viewer.show(jpeg);
  }
}
