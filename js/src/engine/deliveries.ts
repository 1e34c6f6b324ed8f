/**
 * What an engine has read, while there is another one beside it: the server sends an event to both, and each is delivered
 * once. An event of a server that numbers events has the same text on both, and they come in the same order.
 */
import type { Frame } from "./transport.js";
import type { Link } from "./links.js";

export class Deliveries {
  /** Frames that the core has not let us read yet, and all that followed them. */
  private _kept: [Link, Frame, Response?][] = [];
  /** Events that the other engine has delivered: skipped here. */
  private _skip?: string[];
  /** Events delivered here: the other engine skips them. */
  private _noted?: string[];

  // --- Frames that wait -------------------------------------------------------------------------------------------------

  get keeping(): boolean {
    return this._kept.length > 0;
  }

  keep(t: Link, frame: Frame, response?: Response): void {
    this._kept.push([t, frame, response]);
  }

  /** The frames kept so far, for whom may read them now. */
  takeKept(): [Link, Frame, Response?][] {
    return this._kept.splice(0);
  }

  // --- Events that come twice -------------------------------------------------------------------------------------------

  /** Whether an event may come over both engines: they are compared then. */
  get compared(): boolean {
    return !!(this._skip || this._noted);
  }

  /** Whether the events delivered here are noted for the other engine. */
  get noting(): boolean {
    return !!this._noted;
  }

  /** Takes in an event; answers whether the other engine has delivered it. */
  repeats(event: string): boolean {
    const at = this._skip ? this._skip.indexOf(event) : -1;
    // What stands before it there was delivered by the other engine and is not sent here any more.
    if (at >= 0) this._skip!.splice(0, at + 1);
    else this._noted?.push(event);
    return at >= 0;
  }

  /** `other` skips from now on what is delivered here. */
  noteFor(other: Deliveries): void {
    other._skip = this._noted = [];
  }

  /** Both skip what the other one delivers; what is to be skipped here already stays so. */
  shareWith(other: Deliveries): void {
    this.noteFor(other);
    other._noted = this._skip ||= [];
  }

  stopNoting(): void {
    this._noted = undefined;
  }

  /** The event that the other engine has delivered last was cut off before its attachments: it counts as not delivered. */
  forgetLast(): void {
    this._skip!.pop();
  }
}
