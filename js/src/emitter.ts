/**
 * Listeners by event name, as @socket.io/component-emitter 3 keeps them, with one difference: a listener that throws is
 * reported and the others still run.
 */
// any: a listener takes what its event brings, which is for the user to type.
export type Listener = (...args: any[]) => unknown;

/** Hands an exception of the user's code to the page's error handling without disturbing ours. */
export function report(error: unknown): void {
  if (typeof reportError == "function") reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}

/** Calls the user's code; what it throws is reported. */
export function safely(fn: Listener | undefined, self: unknown, args: readonly unknown[]): unknown {
  try {
    return fn?.apply(self, args as unknown[]);
  } catch (e) {
    report(e);
  }
}

/** Calls all listeners of a list, also when one of them changes the list. */
export function tell(listeners: Listener[] | undefined, self: unknown, args: readonly unknown[]): void {
  if (listeners) for (const fn of listeners.slice()) safely(fn, self, args);
}

export class Emitter {
  /** Undefined until the first listener is added. */
  _callbacks?: Record<string, (Listener & { fn?: Listener })[]>;
  declare addEventListener: this["on"];
  declare removeListener: this["off"];
  declare removeAllListeners: this["off"];
  declare removeEventListener: this["off"];
  /** emit() of this class, also where a subclass overrides emit(). */
  declare emitReserved: (event: string, ...args: unknown[]) => this;

  on(event: string, fn: Listener): this {
    // The prefix keeps names like __proto__ and toString ordinary.
    ((this._callbacks ||= {})["$" + event] ||= []).push(fn);
    return this;
  }

  once(event: string, fn: Listener): this {
    const wrapper: Listener & { fn?: Listener } = (...args) => {
      this.off(event, wrapper);
      fn.apply(this, args);
    };
    wrapper.fn = fn;
    return this.on(event, wrapper);
  }

  /** No argument: everything; an event: all of its listeners; both: the first that matches. */
  off(...args: [event?: string, fn?: Listener]): this {
    const all = this._callbacks;
    const key = "$" + args[0];
    const list = all?.[key];
    if (!args.length) this._callbacks = {};
    else if (list) {
      if (args.length > 1) {
        const i = list.findIndex((l) => l === args[1] || l?.fn === args[1]);
        if (i >= 0) list.splice(i, 1);
      }
      if (args.length < 2 || !list.length) delete all![key];
    }
    return this;
  }

  emit(event: string, ...args: unknown[]): this {
    tell(this._callbacks?.["$" + event], this, args);
    return this;
  }

  /** The live list, as in the official emitter. any: index.d.ts types listeners by their event. */
  listeners(event: string): any[] {
    return this._callbacks?.["$" + event] || [];
  }

  hasListeners(event: string): boolean {
    return this.listeners(event).length > 0;
  }
}

const proto = Emitter.prototype;
proto.addEventListener = proto.on;
proto.removeListener = proto.removeAllListeners = proto.removeEventListener = proto.off;
proto.emitReserved = proto.emit;
