/**
 * The callbacks that a server passes with `unauthorized`, and waits for before it hangs up. Each is called exactly once: by
 * the user's listener, by the `ack` of onUnauthorized, or by acknowledge().
 */
import { tell, type Listener } from "../emitter.js";

export class Acknowledgements {
  /** The callbacks that have not been called. */
  private _pending: Listener[] = [];

  /** `called` is called after each callback. */
  constructor(private readonly _called: () => void) {}

  /** Wraps a server's callback, so that only its first call reaches the server. */
  take(answer: Listener): Listener {
    const once: Listener = (...args) => {
      const i = this._pending.indexOf(once);
      if (i < 0) return;
      this._pending.splice(i, 1);
      answer(...args);
      this._called();
    };
    this._pending.push(once);
    return once;
  }

  /** The pending callbacks. */
  all(): Listener[] {
    return this._pending.slice();
  }

  /** Calls all pending callbacks. An exception is reported and stops none of the others. */
  acknowledge(): void {
    tell(this._pending, null, []);
  }

  /** Drops the pending callbacks, as the connection that they would answer over is gone. */
  forget(): void {
    this._pending = [];
  }
}
