/** What the core knows by number: managers, sockets and token sources. */
import type { Manager } from "./manager.js";
import type { Socket } from "./socket.js";
import type { Source } from "./auth/source.js";

/** Gives each the lowest number that is free, so that a table is as long as there have been things at once. */
export class Table<T> {
  private _all: (T | undefined)[] = [];
  private _free: number[] = [];

  add(one: T): number {
    const n = this._free.pop() ?? this._all.length;
    this._all[n] = one;
    return n;
  }

  get(n: number): T | undefined {
    return this._all[n];
  }

  remove(n: number): void {
    this._all[n] = undefined;
    this._free.push(n);
  }

  /** Those that are there now. */
  all(): T[] {
    return this._all.filter((one) => one !== undefined) as T[];
  }

  /** Takes all out. */
  clear(): T[] {
    const all = this.all();
    this._all = [];
    this._free = [];
    return all;
  }
}

export const managers = new Table<Manager>();
export const sockets = new Table<Socket>();
export const sources = new Table<Source>();
