// With event maps.
import { io, type Socket } from "socket.io-client";
import { accepts, expectType } from "../expect.js";

interface ServerToClient {
  hello: (name: string, at: number) => void;
  question: (text: string, answer: (yes: boolean) => void) => void;
  later: () => Promise<void>;
}
interface ClientToServer {
  say: (text: string) => void;
  ask: (text: string, reply: (answer: number) => void) => void;
  both: (a: { deep: Uint8Array }, reply: (a: string, b: boolean) => void) => void;
  nothing: () => void;
}

const socket: Socket<ServerToClient, ClientToServer> = io();

socket.on("hello", (name, at) => {
  expectType<string>()(name);
  expectType<number>()(at);
});
socket.on("hello", () => {});
socket.on("question", (text, answer) => {
  expectType<string>()(text);
  answer(true);
  // @ts-expect-error a boolean is wanted
  answer("true");
});
socket.on("later", async () => {});
socket.once("hello", (name) => expectType<string>()(name));
socket.on("connect", () => {});
socket.on("disconnect", (reason) => expectType<Socket.DisconnectReason>()(reason));
// @ts-expect-error no such event
socket.on("helo", () => {});
// @ts-expect-error wrong type
socket.on("hello", (name: number) => name);
// @ts-expect-error too many
socket.on("hello", (name: string, at: number, more: number) => [name, at, more]);
// @ts-expect-error no such event
socket.off("helo");
// @ts-expect-error it is the client's event
socket.on("say", () => {});
expectType<ServerToClient["hello"][]>()(socket.listeners("hello"));

socket.emit("say", "x");
socket.emit("nothing");
socket.emit("ask", "x", (answer) => expectType<number>()(answer));
socket.emit("both", { deep: new Uint8Array(1) }, (a, b) => {
  expectType<string>()(a);
  expectType<boolean>()(b);
});
// @ts-expect-error no such event
socket.emit("sya", "x");
// @ts-expect-error missing
socket.emit("say");
// @ts-expect-error wrong type
socket.emit("say", 1);
// @ts-expect-error the acknowledgement is part of it
socket.emit("ask", "x");
// @ts-expect-error it is the server's event
socket.emit("hello", "x", 1);
// @ts-expect-error reserved
socket.emit("connect");

expectType<Promise<number>>()(socket.emitWithAck("ask", "x"));
expectType<Promise<any>>()(socket.emitWithAck("both", { deep: new Uint8Array(1) }));
// @ts-expect-error wrong type
socket.emitWithAck("ask", 1);
// @ts-expect-error no such event
socket.emitWithAck("aks", "x");

socket.timeout(100).emit("ask", "x", (err, answer) => {
  expectType<Error>()(err);
  expectType<number>()(answer);
});
// @ts-expect-error a string is wanted
socket.timeout(100).emit("ask", 1, () => {});
socket.timeout(100).emit("both", { deep: new Uint8Array(1) }, (err, a, b) => {
  expectType<Error>()(err);
  expectType<string>()(a);
  expectType<boolean>()(b);
});
expectType<Promise<any>>()(socket.timeout(100).emitWithAck("ask", "x"));
socket.timeout(1).on("hello", (name) => expectType<string>()(name));

expectType<typeof socket>()(socket.volatile.compress(true));
socket.volatile.emit("say", "x");
// @ts-expect-error
socket.volatile.emit("say", 1);

// One map for both directions.
interface Both {
  ping2: (n: number) => void;
}
const both: Socket<Both> = io();
both.on("ping2", (n) => expectType<number>()(n));
both.emit("ping2", 1);
// @ts-expect-error
both.emit("ping2", "1");

// Generic code above typed sockets.
function forward<L extends Record<string, any>, E extends Record<string, any>>(s: Socket<L, E>): boolean {
  s.on("connect", () => {});
  s.onAny(() => {});
  return s.connected;
}
forward(socket);
forward(both);
forward(io());
accepts<Socket<ServerToClient, ClientToServer>>(io("/"));
accepts<Pick<Socket, "connected" | "id">>(socket);

// A map of the user's own names the events that socketio-jwt sends.
interface Auth {
  authenticated: (info: { user: string }) => void;
  unauthorized: (msg: { message: string; data: { code: string } }, done: () => void) => void;
}
const auth: Socket<Auth> = io();
auth.on("authenticated", (info) => expectType<{ user: string }>()(info));
auth.on("unauthorized", (msg, done) => {
  expectType<string>()(msg.data.code);
  expectType<() => void>()(done);
});
// @ts-expect-error
auth.on("authenticated", (info: string) => info);
