/**
 * What the official client calls private, and pages use all the same: `manager.backoff`. The core counts the attempts and
 * decides the pauses. A page sees its count here, and may write it.
 */
import { control } from "../bridge/calls.js";
import { Op } from "../bridge/bridge.gen.js";
import type { Manager } from "../manager.js";
import { delayOf } from "../options.js";

export class Backoff {
  readonly factor = 2;
  private _count = 0;
  /** The attempt that is planned, or under way, is counted. The core counts one when it plans it, before listeners hear of the failure. */
  private _counted = false;

  constructor(private readonly _manager: Manager) {}

  get attempts(): number {
    return this._count;
  }
  set attempts(v: number) {
    this._count = Math.floor(Number(v)) || 0;
    this._tell();
  }

  /** The pause, ms, that may follow the next failure. As the official one does, it counts an attempt. */
  duration(): number {
    const { ms, max, jitter } = this;
    const pause = delayOf(ms) * this.factor ** this.attempts++;
    return Math.floor(Math.max(Math.min(pause * (1 + jitter * (2 * Math.random() - 1)), delayOf(max)), 0));
  }
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

  /** Tells the core the count, if the manager is known there. */
  _tell(): void {
    const { _conn, _reconnecting, _readyState } = this._manager;
    const planned = _reconnecting && _readyState == "closed" && !this._counted;
    if (_conn >= 0) control(Op.CountAttempts, _conn, Math.min(Math.max(this._count + +planned, 0), 1000));
  }
  /** The connection is there, is lost, or is given up. */
  _zero(): void {
    this._count = 0;
    this._counted = false;
  }
  /** An attempt has failed. */
  _failed(): void {
    this._counted = false;
  }
  /** The next attempt is planned. */
  _planned(): void {
    if (!this._counted) this._count++;
    this._counted = true;
  }
  /** The attempt-th attempt begins. */
  _begun(attempt: number): void {
    this._count = attempt;
    this._counted = true;
  }
}
