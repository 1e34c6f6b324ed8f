/**
 * Delivers events once while two engines are open and the server sends each event to both. A server with connection state
 * recovery numbers its events, so an event has the same text on both engines, and the order is the same.
 */
import type { Frame } from "./transport.js";
import type { Link } from "./links.js";

export class Deliveries {
  /** Frames that the core has told to keep (Rx.Later), and all that followed them. */
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

  /** Removes and returns the kept frames. */
  takeKept(): [Link, Frame, Response?][] {
    return this._kept.splice(0);
  }

  // --- Events that come twice -------------------------------------------------------------------------------------------

  /** Whether events of this engine are compared with those of the other one. */
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
    // The server does not send the events before it here any more.
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

  /** Removes the last event that the other engine delivered: it closed before the attachments had arrived. */
  forgetLast(): void {
    this._skip!.pop();
  }
}
