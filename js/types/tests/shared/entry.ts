// Ways in: overloads of io(), the names that the module exports.
import io, { connect, Fetch, io as named, Manager, NodeWebSocket, NodeXHR, protocol, Socket, WebSocket, WebTransport, XHR } from "socket.io-client";
import type {
  DisconnectDescription,
  ExtendedError,
  ManagerOptions,
  ManagerReservedEvents,
  SocketOptions,
  SocketReservedEvents,
} from "socket.io-client";
import { accepts, expectType } from "../expect.js";

expectType<Socket>()(io());
expectType<Socket>()(named("/nsp"));
expectType<Socket>()(connect("https://example.com", { forceNew: true }));
expectType<Socket>()(io({ autoConnect: false }));
expectType<Socket>()(io(undefined, {}));
expectType<number>()(protocol);
accepts<string | undefined>(io().id);
io({ transports: [Fetch, XHR, NodeXHR] });
io({ transports: [WebSocket, NodeWebSocket, WebTransport] });
io().io.engine.transport.on("packet", ({ type }) => accepts<string>(type));

// @ts-expect-error not an address
io(42);
// @ts-expect-error not options
io("/", 42);
// @ts-expect-error misspelt
io("/", { recconnection: true });
// @ts-expect-error wrong type of an official option
io("/", { forceNew: "yes" });

const options: Partial<ManagerOptions & SocketOptions> = {
  forceNew: true,
  multiplex: false,
  path: "/socket.io",
  query: { a: 1, b: "2" },
  extraHeaders: { "X-A": "1" },
  transports: ["websocket", "polling"],
  upgrade: true,
  rememberUpgrade: false,
  tryAllTransports: true,
  withCredentials: true,
  timestampRequests: false,
  timestampParam: "t",
  transportOptions: { polling: { extraHeaders: {} } },
  protocols: ["a"],
  closeOnBeforeunload: true,
  addTrailingSlash: false,
  requestTimeout: 100,
  forceBase64: false,
  useNativeTimers: true,
  secure: true,
  hostname: "localhost",
  port: 3000,
  agent: false,
  rejectUnauthorized: false,
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 1,
  reconnectionDelayMax: 2,
  randomizationFactor: 0.5,
  timeout: 3,
  autoConnect: false,
  parser: {},
  auth: { token: "t" },
  retries: 3,
  ackTimeout: 1000,
};
io(options);
io("/", { ...options, auth: (cb) => cb({ token: "t" }) });
// @ts-expect-error the payload is an object
io("/", { auth: (cb) => cb("t") });
// @ts-expect-error
io("/", { transports: "websocket" });

const manager = new Manager("https://example.com", { reconnectionDelay: 10 });
new Manager();
new Manager({ autoConnect: false });
expectType<Socket>()(manager.socket("/"));
expectType<Socket>()(manager.socket("/admin", { auth: { a: 1 } }));
expectType<Partial<ManagerOptions>>()(manager.opts);
// @ts-expect-error needs a namespace
manager.socket();

class App {
  socket: Socket;
  constructor(url: string) {
    this.socket = io(url);
    this.socket.on("connect", this.onConnect);
  }
  onConnect = () => {};
  onDrop(reason: Socket.DisconnectReason, details?: DisconnectDescription) {
    return [reason, details] as const;
  }
}
const app = new App("/");
app.socket.on("disconnect", app.onDrop.bind(app));

declare const failure: ExtendedError;
expectType<any>()(failure.data);
accepts<Error>(failure);
accepts<keyof SocketReservedEvents>("connect_error");
accepts<keyof ManagerReservedEvents>("reconnect_attempt");
// @ts-expect-error no such event
accepts<keyof SocketReservedEvents>("reconnect");
// Ours has one reason more.
expectType<"io server disconnect" | "io client disconnect" | "ping timeout" | "transport close" | "transport error" | "parse error">()(
  "ping timeout" as Exclude<Socket.DisconnectReason, "client fault">,
);

// io() as a value and as a type: its result, a function of the page's in its place, a mock.
declare const result: ReturnType<typeof io>;
expectType<Socket>()(result);
const last: Parameters<typeof io> = ["/", { forceNew: true }];
io(...last);
declare const fake: Socket;
accepts<typeof io>(() => fake);
accepts<typeof io>((..._args: unknown[]) => fake);
accepts<Partial<typeof import("socket.io-client")>>({ io: (): any => fake });
accepts<(uri: string, opts?: Partial<ManagerOptions & SocketOptions>) => Socket>(io);
interface Mock<T = any, Y extends any[] = any> extends Function {
  new (...args: Y): T;
  (...args: Y): T;
  mockReturnValue(value: T): this;
}
(io as Mock).mockReturnValue({ on() {} });
(named as Mock<Socket>).mockReturnValue(fake);
(io as Mock<ReturnType<typeof io>, Parameters<typeof io>> & typeof io).mockReturnValue(fake);
