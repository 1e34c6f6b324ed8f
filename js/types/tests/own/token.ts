// What socketio-jwt-wasm adds to socket.io-client.
import io, {
  connect,
  load,
  Manager,
  protocol,
  Socket,
  UnauthorizedError,
  version,
  type AuthenticatedInfo,
  type ConnectOptions,
  type Reason,
  type SocketOptions,
  type TokenContext,
  type Via,
} from "socketio-jwt-wasm";
import { accepts, expectType } from "../expect.js";

const socket = connect("https://api.example.com/chat", {
  token: async ({ cause, attempt, error }) => {
    expectType<"connect" | "reconnect" | "refresh" | "unauthorized">()(cause);
    expectType<number>()(attempt);
    expectType<UnauthorizedError | undefined>()(error);
    return attempt > 3 ? null : "t";
  },
  via: ["header", "query"],
  tokenName: "token",
  scheme: "Bearer",
  protocol: "auto",
  tokenTimeout: 1,
  authTimeout: 1,
  refreshBefore: 0,
  inBandRefresh: true,
  onAuthenticated: ({ expiresAt, claims, refreshed, recovered }) => {
    expectType<Date | undefined>()(expiresAt);
    expectType<any>()(claims?.sub);
    expectType<boolean>()(refreshed);
    expectType<boolean>()(recovered);
  },
  onUnauthorized: async (error, ack) => {
    expectType<Reason>()(error.reason);
    expectType<string | number | undefined>()(error.code);
    expectType<"UnauthorizedError">()(error.name);
    expectType<"UnauthorizedError">()(error.type);
    expectType<any>()(error.data);
    expectType<() => void>()(ack);
    return "another token";
  },
  onExpired: (error) => accepts<Error>(error),
  redirect: (error) => (error.reason == "expired" ? "/login" : undefined),
  redirectOn: ["expired"],
  returnTo: false,
  redirectOrigins: ["https://login.example.com"],
  crossTab: true,
  classify: ({ message, code, data, status }) => {
    expectType<string>()(message);
    expectType<string | number | undefined>()(code);
    expectType<any>()(data);
    expectType<number | undefined>()(status);
    return message == "session over" ? "expired" : undefined;
  },
  // and the official ones beside them
  reconnectionDelay: 10,
  auth: { room: 1 },
});

expectType<Socket>()(socket);
expectType<boolean>()(socket.authenticated);
expectType<Date | undefined>()(socket.tokenExpiresAt);
expectType<Promise<AuthenticatedInfo>>()(socket.reauthenticate());
expectType<string>()(socket.nsp);
// @ts-expect-error the server's to say
socket.authenticated = true;

for (const via of ["event", "query", "header", "auth"] as const) connect({ token: "t", via });
connect({ token: () => undefined });
connect({ token: () => Promise.resolve("t") });
connect({ protocol: 3 });
connect({ protocol: 4, redirect: new URL("https://x.example") });
// @ts-expect-error unknown way
connect({ via: "cookie" });
// @ts-expect-error unknown way in the list
connect({ via: ["event", "cookie"] });
// @ts-expect-error a number is no token
connect({ token: 42 });
// @ts-expect-error nor does a function give one
connect({ token: () => 42 });
// @ts-expect-error Engine.IO 5 does not exist
connect({ protocol: 5 });
// @ts-expect-error ms as a number
connect({ tokenTimeout: "1s" });
// @ts-expect-error unknown reason
connect({ redirectOn: ["network"] });
// @ts-expect-error false or a name
connect({ returnTo: true });
// @ts-expect-error true, false or a text
connect({ crossTab: 1 });
connect({ crossTab: "user-17" });
connect({ token: null });
connect({ token: "" });
connect({ token: undefined });
connect({ classify: () => {} });
// @ts-expect-error a reason that only this client gives
connect({ classify: () => "unavailable" });
connect({
  token: () => {
    throw new UnauthorizedError("signed out", { reason: "missing" });
  },
});
// @ts-expect-error a reason is needed
new UnauthorizedError("signed out", {});
// @ts-expect-error
connect({ onUnauthorized: "/login" });

// The official names.
expectType<Socket>()(io("http://localhost:9000"));
expectType<Socket>()(io("http://localhost:9000", { query: { token: "t" } }));
accepts<Socket>(new Manager("/").socket("/", { token: "t", via: "auth" }));
// @ts-expect-error in the official types it is not there either
io.connect("http://localhost:9000");
// What connect() returns, without and with claims.
declare const result: ReturnType<typeof connect>;
expectType<Socket>()(result);
accepts<string | undefined>(connect<{ name: string }>("/").session.getSnapshot().claims?.name);
expectType<number>()(protocol);
expectType<string>()(version);

// The events of socketio-jwt, as its README listens to them: with no map of one's own, with one, with one that types them.
socket.on("authenticated", () => {}).on("unauthorized", (msg) => accepts<string>(JSON.stringify(msg.data)));
socket.on("unauthorized", (error, callback) => {
  if (error.data.type == "UnauthorizedError" || error.data.code == "invalid_token") callback();
});
interface Events {
  message: (m: { text: string }) => void;
}
const typed: Socket<Events> = connect();
typed.on("message", (m) => expectType<string>()(m.text));
typed.on("authenticated", () => {});
typed.once("unauthorized", (error, callback) => {
  expectType<any>()(error);
  callback();
});
typed.off("unauthorized");
// @ts-expect-error still strict
typed.on("unauthorised", () => {});

socket.on("disconnect", (reason) => {
  if (reason === "client fault") expectType<"client fault">()(reason);
  // @ts-expect-error no such reason
  if (reason === "server fault") return;
});

// Types that others build on.
const options: ConnectOptions = { token: (context: TokenContext) => context.cause, via: "event" as Via };
connect(options);
accepts<Partial<SocketOptions>>({ token: "t" });
new Manager("/", { protocol: 4 }).socket("/admin", options);
function onError(e: unknown) {
  if (e instanceof UnauthorizedError) expectType<Reason>()(e.reason);
}
socket.reauthenticate().catch(onError);

expectType<Promise<void>>()(load());
// @ts-expect-error there is nothing to say: the client lies inside the script
load({ wasm: "/x.wasm" });
