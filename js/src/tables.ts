/** The managers, sockets and token sources that are registered at the core, by their numbers. */
import type { Manager } from "./manager.js";
import type { Socket } from "./socket.js";
import type { Source } from "./auth/source.js";

/** Gives each object the lowest free number, so that a table is as long as its largest number of objects at one time. */
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
