// A page of one origin and a server of another. The header way makes the request a preflighted one.
import { expect, test, tokens } from "../lib/test.js";

const versions = { "1.7.4": "1", "2.5.1": "2", "3.1.2": "3", "4.8.4": "4" };

for (const [name, io] of Object.entries(versions)) {
  test(`header on ${name}, cross-origin: preflight answered`, async ({ server, open }) => {
    const home = await server({ io: "4", mode: "plain" });
    const s = await server({ io, mode: "handshake", jwt: { auth_header_required: true }, cors: "answered" });
    const page = await open(home);
    const [info, echo] = await page.evaluate(async ([url, token]) => {
      const client = kit.connect(url, { via: "header", token });
      return [await client.until("onAuthenticated"), await client.socket.emitWithAck("echo", "é€😀")];
    }, [s.url, tokens.good()]);
    expect(info).toMatchObject({ claims: { sub: "ada" } });
    expect(echo).toBe("é€😀");
    await s.until("request", (o) => o.method === "OPTIONS");
  });

  test(`header on ${name}, cross-origin: preflight not answered is a network error, and tried again`, async ({ server, open }) => {
    const home = await server({ io: "4", mode: "plain" });
    const s = await server({ io, mode: "handshake" });
    const page = await open(home);
    const { error, story, active } = await page.evaluate(async ([url, token]) => {
      const client = kit.connect(url, { via: "header", token, reconnectionDelay: 20, transports: ["polling"] });
      await client.until("connect_error", 2);
      return { error: await client.until("connect_error"), story: client.story(), active: client.socket.active };
    }, [s.url, tokens.good()]);
    expect(error).toMatchObject({ isError: true, message: "xhr poll error" });
    expect(new Set(story)).toEqual(new Set(["connect_error"]));
    expect(active).toBe(true);
    await s.all();
    expect(s.of("connection")).toEqual([]);
  });

  test(`query on ${name}, cross-origin over websocket: no preflight, no CORS`, async ({ server, open }) => {
    const home = await server({ io: "4", mode: "plain" });
    const s = await server({ io, mode: "handshake" });
    const page = await open(home);
    const info = await page.evaluate(([url, token]) => kit.connect(url, { via: "query", token, transports: ["websocket"] }).until("onAuthenticated"), [s.url, tokens.good()]);
    expect(info).toMatchObject({ claims: { sub: "ada" } });
    await s.all();
    expect(s.of("request").map((o) => o.method)).toEqual(["UPGRADE"]);
  });
}

test("the ES module, from another origin than the page's", async ({ server, open }) => {
  const far = await server({ io: "4", mode: "plain" });
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/");
  const echo = await page.evaluate(async ([module, url]) => {
    const { io } = await import(module);
    const socket = io(url);
    const echo = await socket.emitWithAck("echo", "from afar");
    socket.disconnect();
    return echo;
  }, [`${far.url}/dist/index.js`, s.url]);
  expect(echo).toBe("from afar");
});
