/** The promises of one socket's reauthenticate() and login(), which settle together when the core or the user has decided. */
import type { AuthenticatedInfo } from "../../types/index.js";
import type { Socket } from "../socket.js";

interface Pending {
  readonly called: "reauthenticate" | "login";
  readonly resolve: (info: AuthenticatedInfo) => void;
  readonly reject: (e: unknown) => void;
  /** Why the user's own call has ended it: the end of an error message. */
  ended?: string;
}

export class Promises {
  private _pending: Pending[] = [];

  constructor(private readonly _socket: Socket) {}

  get any(): boolean {
    return !!this._pending.length;
  }

  /** A new promise. It is pending when `ask` is called. */
  add(called: Pending["called"], ask: () => void): Promise<AuthenticatedInfo> {
    return new Promise((resolve, reject) => {
      this._pending.push({ called, resolve, reject });
      ask();
    });
  }

  resolve(info: AuthenticatedInfo): void {
    for (const { resolve } of this._pending.splice(0)) resolve(info);
  }

  reject(error: unknown): void {
    for (const { reject } of this._pending.splice(0)) reject(error);
  }

  /** Notes that the user's own call ends the pending promises. They settle at TokenDo.Settled. */
  end(by: string): void {
    for (const pending of this._pending) pending.ended ??= by;
  }

  /** Rejects the pending promises without a refusal: the user's own call has ended them, or there is no connection. */
  rejectUnanswered(): void {
    const { io, session } = this._socket;
    const cause = session.getSnapshot().error || io._error;
    for (const { called, reject, ended } of this._pending.splice(0)) {
      const error = new Error(`${called}: ${ended || "the connection did not open, was refused, or was lost"}`);
      reject(ended || !cause ? error : Object.assign(error, { cause }));
    }
  }
}
