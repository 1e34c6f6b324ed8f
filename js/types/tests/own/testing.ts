// socketio-jwt-wasm/testing.
import type { Via } from "socketio-jwt-wasm";
import { FakeServer, type FakeConnection, type FakeServerOptions, type ReceivedEvent, type Refusal, type SeenToken } from "socketio-jwt-wasm/testing";
import { accepts, expectType } from "../expect.js";

const server = new FakeServer({ url: "https://api.example.com", path: "/io", version: 2, via: ["query", "header"], tokenName: "jwt", namespaces: ["/"], advanceTimers: async (ms) => ms });
new FakeServer();
new FakeServer({ via: false });
// The ways are those of connect().
accepts<FakeServerOptions["via"]>("auth" as Via);
expectType<Via>()(server.tokens[0]!.via);

expectType<Promise<FakeConnection>>()(server.connection());
expectType<Promise<ReceivedEvent>>()(server.of("/chat").received("hello"));
expectType<Promise<Refusal>>()(server.refused());
expectType<readonly SeenToken[]>()(server.tokens);
expectType<string>()(server.token({ expiresIn: null, sub: "ada" }));
server.accept().refuse("expired", { by: 401, times: 2 }).hold().refuse({ message: "closed", data: 1 }).online().on("hello", (name: string) => name);
server.emit("news", 1).then(() => server.advance(1000));

// @ts-expect-error servers refuse tokens for three reasons; the others are the client's own
server.refuse("timeout");
// @ts-expect-error
new FakeServer({ version: 1 });
// @ts-expect-error
new FakeServer({ via: "cookie" });
// @ts-expect-error its text is not shown
server.tokens[0]!.text;
