/**
 * `manager.backoff`, which the official types call private, and pages use nevertheless. The core counts the attempts and
 * computes the pauses. This object has a copy of its count for pages to read, and tells the core what a page writes.
 */
import { control } from "../bridge/calls.js";
import { Op } from "../bridge/bridge.gen.js";
import type { Manager } from "../manager.js";
import { delayOf } from "../options.js";

export class Backoff {
  readonly factor = 2;
  private _count = 0;
  /** Whether _count includes the attempt that is planned or under way. The core counts it before the page hears of the failure. */
  private _counted = false;

  constructor(private readonly _manager: Manager) {}

  get attempts(): number {
    return this._count;
  }
  set attempts(v: number) {
    this._count = Math.floor(Number(v)) || 0;
    this._tell();
  }

  /** Returns a pause, in ms, such as may follow the next failure, and counts an attempt, as the official one does. */
  duration(): number {
    const { ms, max, jitter } = this;
    const pause = delayOf(ms) * this.factor ** this.attempts++;
    return Math.floor(Math.max(Math.min(pause * (1 + jitter * (2 * Math.random() - 1)), delayOf(max)), 0));
  }
  /** For pages: also tells the core. */
  reset(): void {
    this.attempts = 0;
  }

  get ms(): number {
    return this._manager.reconnectionDelay();
  }
  set ms(v: number) {
    this._manager.reconnectionDelay(v);
  }
  get max(): number {
    return this._manager.reconnectionDelayMax();
  }
  set max(v: number) {
    this._manager.reconnectionDelayMax(v);
  }
  get jitter(): number {
    return this._manager._jitter;
  }
  set jitter(v: number) {
    this._manager.randomizationFactor(v);
  }
  setMin(v: number): void {
    this.ms = v;
  }
  setMax(v: number): void {
    this.max = v;
  }
  setJitter(v: number): void {
    this.jitter = v;
  }

  /** Tells the core the count, as the core counts: with the attempt that it has planned. */
  _tell(): void {
    const { _conn, _reconnecting } = this._manager;
    const planned = _reconnecting && !this._counted;
    if (_conn >= 0) control(Op.CountAttempts, _conn, Math.min(Math.max(this._count + +planned, 0), 1000));
  }
  /** The core has begun to count anew: the connection is open, is lost, or is given up. */
  _restarted(): void {
    this._count = 0;
    this._counted = false;
  }
  /** An attempt has failed. */
  _failed(): void {
    this._counted = false;
  }
  /** The next attempt is planned, if the manager reconnects. */
  _planned(): void {
    if (!this._manager._reconnecting) return;
    if (!this._counted) this._count++;
    this._counted = true;
  }
  /** An attempt begins. `count` is its number. */
  _begun(count: number): void {
    this._count = count;
    this._counted = true;
  }
}
