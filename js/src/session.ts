/**
 * The store socket.session: a snapshot of the session, which stays the same object until something changes.
 *
 *   idle → connecting → authenticated | guest → (the connection is lost) waiting → connecting …
 *   connecting, authenticated, guest → refused (a refusal that stands) → connecting (the user's connect() or login())
 */
import type { SessionSnapshot } from "../types/index.js";
import { tell, type Listener } from "./emitter.js";
import { nothing } from "./idle.js";

export type Change = Partial<SessionSnapshot>;

/** What the store gets with an event. */
interface About {
  /** Of the token that was accepted. */
  info?: Change;
  error?: Error;
  /** The socket is to be connected again. */
  active?: boolean;
  /** A socket without a token. */
  plain?: boolean;
  /** A refusal that stands. */
  fatal?: boolean;
  attempt?: number;
  /** ms since 1970 */
  nextAttemptAt?: number;
}

/** What an event changes. */
export function changed(now: SessionSnapshot, name: string, about: About = {}): Change | undefined {
  const live = now.status == "authenticated" || now.status == "guest";
  switch (name) {
    case "connect":
      return live ? undefined : { status: "connecting", error: undefined, nextAttemptAt: undefined };
    case "attempt":
      return live ? undefined : { status: "connecting", attempt: about.attempt, nextAttemptAt: undefined };
    case "wait":
      return live || now.status == "refused" || now.status == "idle" ? undefined : { status: "waiting", nextAttemptAt: new Date(about.nextAttemptAt!) };
    case "connected":
      return about.plain ? { ...nothing, status: "guest" } : undefined; // with a token more is to follow
    case "guest":
      return { ...nothing, status: "guest" };
    case "authenticated":
      return { ...nothing, ...about.info, status: "authenticated" };
    case "refused":
      if (about.fatal) return { ...nothing, status: "refused", error: about.error };
      return about.active ? { status: "waiting", error: about.error } : { ...nothing, error: about.error };
    case "connect_error":
      return about.active ? { status: "waiting", error: about.error } : { ...nothing, status: now.status == "refused" ? "refused" : "idle", error: about.error };
    case "disconnected":
      if (now.status == "refused") return;
      return about.active ? { status: "waiting" } : { ...nothing, error: now.error };
    case "disconnect":
    case "logout":
      return { ...nothing };
  }
}

export class Session {
  private _now = nothing;
  private _listeners: Listener[] = [];

  /** The session as it is: the same object until something changes. Nothing of it can be changed. */
  getSnapshot = (): SessionSnapshot => this._now;

  /** Calls `fn` after each change. Returns the function that ends the subscription. */
  subscribe = (fn: () => void): (() => void) => {
    const own: Listener = () => fn(); // a function that subscribes twice is called twice
    this._listeners = [...this._listeners, own];
    return () => {
      this._listeners = this._listeners.filter((l) => l != own);
    };
  };

  _change(change: Change | undefined): void {
    const before = this._now;
    if (!change || (Object.keys(change) as (keyof Change)[]).every((key) => Object.is(change[key], before[key]))) return;
    this._now = Object.freeze({ ...before, ...change });
    tell(this._listeners, null, []);
  }
}

