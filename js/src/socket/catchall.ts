/** Listeners of all events, whatever their names: onAny() hears those that are received, onAnyOutgoing() those that are sent. */
import { Emitter, type Listener } from "../emitter.js";

export class CatchAllEmitter extends Emitter {
  /** Both are undefined until somebody listens. */
  _any?: Listener[];
  _anyOut?: Listener[];

  onAny(fn: Listener): this {
    (this._any ||= []).push(fn);
    return this;
  }
  prependAny(fn: Listener): this {
    (this._any ||= []).unshift(fn);
    return this;
  }
  offAny(fn?: Listener): this {
    this._any = without(this._any, fn);
    return this;
  }
  listenersAny(): Listener[] {
    return this._any || [];
  }
  onAnyOutgoing(fn: Listener): this {
    (this._anyOut ||= []).push(fn);
    return this;
  }
  prependAnyOutgoing(fn: Listener): this {
    (this._anyOut ||= []).unshift(fn);
    return this;
  }
  offAnyOutgoing(fn?: Listener): this {
    this._anyOut = without(this._anyOut, fn);
    return this;
  }
  listenersAnyOutgoing(): Listener[] {
    return this._anyOut || [];
  }
}

/** The list without `fn`; without an `fn`, an empty list. */
function without(list: Listener[] | undefined, fn?: Listener): Listener[] | undefined {
  if (!list || !fn) return list && [];
  const i = list.indexOf(fn);
  if (i >= 0) list.splice(i, 1);
  return list;
}
