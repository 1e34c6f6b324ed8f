/**
 * The callbacks that a server passes with `unauthorized`, and waits for before it hangs up. Each is called exactly once: by
 * a listener of the user's, by a hook's ack(), or by acknowledge().
 */
import { tell, type Listener } from "../emitter.js";

export class Acknowledgements {
  /** Those that have not been called. */
  private _pending: Listener[] = [];

  /** `called` hears of each callback that is called. */
  constructor(private readonly _called: () => void) {}

  /** The function that stands for a server's callback: only its first call reaches the server. */
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

  /** Those that are pending now. */
  all(): Listener[] {
    return this._pending.slice();
  }

  /** Calls all of them. One that throws is reported and holds back nothing of what is to follow. */
  acknowledge(): void {
    tell(this._pending, null, []);
  }

  /** The connection over which they would answer is gone. */
  forget(): void {
    this._pending = [];
  }
}
