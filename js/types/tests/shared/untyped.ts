// Without event maps: any event, any values, reserved events typed.
import { io, type Socket } from "socket.io-client";
import { accepts, expectType } from "../expect.js";

const socket = io("https://example.com");

expectType<string | undefined>()(socket.id);
expectType<boolean>()(socket.connected);
expectType<boolean>()(socket.disconnected);
expectType<boolean>()(socket.active);
expectType<boolean>()(socket.recovered);
accepts<object>(socket.auth);
socket.auth = { token: "new" };
socket.auth = (cb) => cb({});

socket.on("anything", (a, b) => {
  expectType<any>()(a);
  expectType<any>()(b);
});
socket.on("news", (text: string, n?: number) => accepts<string>(text + n));
socket.on("connect", () => {});
// @ts-expect-error connect brings nothing
socket.on("connect", (id: string) => id);
socket.on("connect_error", (err) => {
  expectType<string>()(err.message);
  expectType<any>()(err.data);
});
socket.on("disconnect", (reason, details) => {
  expectType<Socket.DisconnectReason>()(reason);
  if (reason === "io server disconnect") socket.connect();
  if (details && !(details instanceof Error)) expectType<unknown>()(details.context);
  // @ts-expect-error not a reason
  if (reason === "tea time") return;
});
socket.once("anything", (a) => expectType<any>()(a));
// @ts-expect-error not a listener
socket.on("anything", "nothing");

expectType<typeof socket>()(socket.emit("a"));
expectType<typeof socket>()(socket.emit("a", 1, { b: [new Uint8Array(1)] }, (x: number) => x));
expectType<typeof socket>()(socket.send("x"));
expectType<typeof socket>()(socket.on("x", () => {}));
expectType<typeof socket>()(socket.off("x").off().off("x", () => {}));
expectType<typeof socket>()(socket.removeListener("x").removeAllListeners("x"));
expectType<typeof socket>()(socket.compress(false));
expectType<typeof socket>()(socket.volatile);
expectType<typeof socket>()(socket.connect());
expectType<typeof socket>()(socket.open());
expectType<typeof socket>()(socket.disconnect());
expectType<typeof socket>()(socket.close());
expectType<typeof socket>()(socket.onAny((event, ...args) => accepts<any[]>([event, args])));
expectType<typeof socket>()(socket.prependAny(() => {}).offAny());
expectType<typeof socket>()(socket.onAnyOutgoing(() => {}).prependAnyOutgoing(() => {}).offAnyOutgoing(() => {}));
expectType<((...args: any[]) => void)[]>()(socket.listenersAny());
expectType<((...args: any[]) => void)[]>()(socket.listenersAnyOutgoing());
expectType<boolean>()(socket.hasListeners("x"));
expectType<((...args: any[]) => void)[]>()(socket.listeners("x"));
socket.volatile.compress(true).timeout(5).emit("x", (err: Error, v: string) => accepts<string>(err.message + v));

expectType<Promise<any>>()(socket.emitWithAck("x", 1));
expectType<Promise<any>>()(socket.timeout(10).emitWithAck("x", 1));
// @ts-expect-error milliseconds
socket.timeout("10");
// @ts-expect-error read only
socket.active = true;
// @ts-expect-error an event name
socket.emit();
