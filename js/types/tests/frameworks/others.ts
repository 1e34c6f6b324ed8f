// The entries for frameworks but React's: each takes a socket, what its framework holds one in, and none.
import { computed as angularComputed, type Signal } from "@angular/core";
import { computed as preactComputed, type ReadonlySignal } from "@preact/signals";
import { createMemo } from "solid-js";
import { connect, type SessionSnapshot, type Socket } from "socketio-jwt-wasm";
import * as angular from "socketio-jwt-wasm/angular";
import * as preact from "socketio-jwt-wasm/preact";
import * as solid from "socketio-jwt-wasm/solid";
import * as svelte from "socketio-jwt-wasm/svelte";
import * as vue from "socketio-jwt-wasm/vue";
import { readable, type Readable } from "svelte/store";
import { computed as vueComputed, type ShallowRef } from "vue";
import { accepts, expectType } from "../expect.js";

interface Claims {
  name: string;
}
interface FromServer {
  news: (text: string, count: number) => void;
}
type Chat = Socket<FromServer, FromServer, Claims>;
const open = (): Chat => connect("/");
const openRoom = (room: string): Chat => connect("/" + room);
const room = () => "red";
const age = () => 7;
const news = (text: string, count: number) => text.repeat(count);
const old = (text: number) => text;

// Vue
const ref = vue.useSocket(open);
expectType<Chat | undefined>()(ref.value);
expectType<Readonly<ShallowRef<SessionSnapshot<Claims>>>>()(vue.useSession(ref));
vue.useSession(vueComputed(() => ref.value));
vue.useSession(() => ref.value);
vue.useSession(null);
vue.useSocketEvent(ref, "news", news);
vue.useSocketEvent(ref, "disconnect", (reason) => accepts<string>(reason));
vue.useSocketEvent(open(), "news", (text, count) => expectType<number>()(count));
expectType<Chat | undefined>()(vue.useSocket(openRoom, room).value);
vue.useSocket((name) => {
  expectType<string>()(name);
  return openRoom(name);
}, vueComputed(room));
// @ts-expect-error a room's name is a text
vue.useSocket(openRoom, age);
// @ts-expect-error the name is missing
vue.useSocket(openRoom);
// @ts-expect-error the socket is of the composable's making
ref.value = open();
// @ts-expect-error
vue.useSocketEvent(ref, "news", old);

// Svelte
const store = svelte.useSocket(open);
expectType<Chat | undefined>()(store.current);
accepts<Readable<Chat | undefined>>(store);
expectType<svelte.Current<SessionSnapshot<Claims>>>()(svelte.useSession(store));
svelte.useSession(readable(open()));
svelte.useSession(() => store.current);
svelte.useSession(undefined);
svelte.useSocketEvent(store, "news", news);
svelte.useSocketEvent(open(), "news", (text, count) => expectType<number>()(count));
// @ts-expect-error
svelte.useSocketEvent(store, "news", old);

expectType<Chat | undefined>()(svelte.useSocket(openRoom, room).current);
svelte.useSocket(openRoom, readable("red"));
// @ts-expect-error a room's name is a text
svelte.useSocket(openRoom, age);
// @ts-expect-error the name is missing
svelte.useSocket(openRoom);

// Solid
const accessor = solid.createSocket(open);
expectType<Chat | undefined>()(accessor());
const snapshot = solid.createSession(accessor)();
expectType<SessionSnapshot<Claims>>()(snapshot);
solid.createSession(createMemo(() => accessor()));
solid.createSession(open());
solid.createSocketEvent(accessor, "news", news);
solid.createSocketEvent(open(), "news", (text, count) => expectType<number>()(count));
// @ts-expect-error
solid.createSocketEvent(accessor, "news", old);

expectType<Chat | undefined>()(solid.createSocket(openRoom, room)());
// @ts-expect-error a room's name is a text
solid.createSocket(openRoom, age);
// @ts-expect-error the name is missing
solid.createSocket(openRoom);

// Preact
const signal = preact.useSocket(open, ["room"]);
expectType<ReadonlySignal<Chat | undefined>>()(signal);
expectType<ReadonlySignal<SessionSnapshot<Claims>>>()(preact.useSession(signal));
expectType<ReadonlySignal<SessionSnapshot<Claims>>>()(preact.sessionSignal(open()));
preact.useSession(preactComputed(() => signal.value));
preact.useSession(null);
preact.useSocketEvent(signal, "news", news);
preact.useSocketEvent(open(), "news", (text, count) => expectType<number>()(count));
// @ts-expect-error
preact.useSocketEvent(signal, "news", old);
// @ts-expect-error without a socket there is no signal of its session
preact.sessionSignal(undefined);

// Angular
const injected = angular.injectSocket(open);
expectType<Chat | undefined>()(injected);
expectType<Signal<SessionSnapshot<Claims>>>()(angular.sessionSignal(injected));
angular.sessionSignal(angularComputed(() => injected));
angular.onSocketEvent(injected, "news", news);
angular.onSocketEvent(() => injected, "news", (text, count) => expectType<number>()(count));
// @ts-expect-error
angular.onSocketEvent(injected, "news", old);
expectType<Signal<Chat | undefined>>()(angular.injectSocket(openRoom, room));
angular.sessionSignal(angular.injectSocket(openRoom, room));
// @ts-expect-error a room's name is a text
angular.injectSocket(openRoom, age);
// @ts-expect-error the name is missing
angular.injectSocket(openRoom);
