/** The entry socketio-jwt-wasm/vue. */
import { getCurrentInstance, getCurrentScope, onMounted, onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from "vue";
import { nothing } from "../idle.js";
import { listen, sessionOf, showing, type AnySocket, type MaybeSocket, type Open, type OpenFor } from "./sockets.js";

type Source = MaybeRefOrGetter<MaybeSocket>;

/** Watches at once, so that no event is missed. On a server, Vue ends the watcher with the rendering. */
const atOnce = { immediate: true, flush: "sync" } as const;

/** Opens the socket when its component is mounted, so never on a server. In a page's scope without a component it opens at once. */
export function useSocket<S extends AnySocket, T>(open: OpenFor<T, S>, value?: MaybeRefOrGetter<T>): ShallowRef<S | undefined> {
  const socket = shallowRef<S>();
  const shown = showing<S>((now) => (socket.value = now));
  let leave: (() => void) | undefined;
  const begin = (own: Open<S>) => {
    leave?.();
    leave = shown(own);
  };
  const start = () => {
    if (value === undefined) begin(open as Open<S>);
    else watch(() => toValue(value), (now) => begin(() => open(now)), { immediate: true });
  };
  // A shared composable has its own scope, which may outlive the component that made it.
  const scope = getCurrentScope();
  if (getCurrentInstance()) onMounted(() => scope?.active && scope.run(start));
  else if (typeof document == "object") start();
  onScopeDispose(() => leave?.());
  return socket;
}

export function useSession(socket: Source): ShallowRef {
  const session = shallowRef(nothing);
  watch(
    () => toValue(socket),
    (now, _, onCleanup) => {
      const { getSnapshot, subscribe } = sessionOf(now);
      const changed = () => (session.value = getSnapshot());
      onCleanup(subscribe(changed));
      changed();
    },
    atOnce,
  );
  return session;
}

export function useSocketEvent(socket: Source, event: string, handler: (...args: any[]) => void): void {
  watch(
    () => toValue(socket),
    (now, _, onCleanup) => onCleanup(listen(now, event, handler)),
    atOnce,
  );
}
