// socketio-jwt-wasm/react.
import { connect, type SessionSnapshot, type Socket } from "socketio-jwt-wasm";
import { useSession, useSocket, useSocketEvent } from "socketio-jwt-wasm/react";
import { accepts, expectType } from "../expect.js";

interface Claims {
  name: string;
}
interface FromServer {
  news: (text: string, count: number) => void;
}
interface ToServer {
  say: (text: string) => void;
}
const open = () => connect<Claims>("/", { token: async () => "x" });
const openTyped = (): Socket<FromServer, ToServer, Claims> => connect("/");

const socket = useSocket(open, ["room"]);
expectType<ReturnType<typeof open> | undefined>()(socket);
expectType<SessionSnapshot<Claims>>()(useSession(socket));
expectType<SessionSnapshot>()(useSession(null));
useSocketEvent(socket, "anything", (a, b) => expectType<any>()(a ?? b));

const typed = useSocket(openTyped);
typed?.emit("say", "hi");
useSocketEvent(typed, "news", (text, count) => {
  expectType<string>()(text);
  expectType<number>()(count);
});
useSocketEvent(typed, "disconnect", (reason) => accepts<string>(reason));
useSocketEvent(null, "connect", () => {});
useSocketEvent(connect(), "news", async () => {});

// @ts-expect-error the server has no such event
useSocketEvent(typed, "old", () => {});
// @ts-expect-error
useSocketEvent(typed, "news", (text: number) => text);
// @ts-expect-error a function that opens the socket, not the socket
useSocket(connect());
// @ts-expect-error the claims have no such member
useSession(typed).claims?.sub;
