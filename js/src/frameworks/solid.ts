/** The entry socketio-jwt-wasm/solid. Effects do not run on a server. */
import { createEffect, createMemo, createSignal, on, onCleanup, onMount, type Accessor } from "solid-js";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, sessionOf, showing, type AnySocket, type MaybeSocket, type Open, type OpenFor } from "./sockets.js";

type Source = MaybeSocket | Accessor<MaybeSocket>;

const access = (source: Source) => (typeof source == "function" ? source() : source);

export function createSocket<S extends AnySocket, T>(open: OpenFor<T, S>, value?: Accessor<T>): Accessor<S | undefined> {
  const [socket, setSocket] = createSignal<S>();
  const shown = showing<S>((now) => setSocket(() => now));
  const begin = (own: Open<S>) => onCleanup(shown(own));
  if (value) createEffect(on(createMemo(value), (now) => begin(() => open(now))));
  else onMount(() => begin(open as Open<S>));
  return socket;
}

export function createSession(source: Source): Accessor<SessionSnapshot> {
  const [session, setSession] = createSignal(nothing);
  createEffect(() => {
    const { getSnapshot, subscribe } = sessionOf(access(source));
    const changed = () => void setSession(getSnapshot());
    onCleanup(subscribe(changed));
    changed();
  });
  return session;
}

export function createSocketEvent(source: Source, event: string, handler: (...args: any[]) => void): void {
  createEffect(() => onCleanup(listen(access(source), event, handler)));
}
