// Content security policies, and browsers without WebAssembly: what works, and what is said where something does not.
import { dist, expect, page, policy, program, test as base, token } from "../lib/app.js";

const test = base.extend({
  /** refused(address): opens the page there, whose client cannot start; the error that its program is told. */
  refused: async ({ at }, use) => use(async (address) => (await at(address)).evaluate(() => done.then(() => "it got through", (error) => error.message))),
});

// One pack and one install serve the whole file.
test.describe.configure({ mode: "default" });

const script = (name, head = "") => ({ "index.html": page(`${head}<script src="${dist}/${name}"></script><script src="main.js"></script>`), "main.js": program("const { connect } = SocketIOJWT;") });
const module = (name) => ({ "index.html": page('<script type="module" src="main.js"></script>'), "main.js": program(`import { connect } from "./${dist}/${name}";`) });
const main = { "the classic script": script("socketio-jwt.min.js"), "the module": module("index.js") };
const nowasm = { "the classic script": script("socketio-jwt.nowasm.min.js"), "the module": module("nowasm.js") };

for (const [name, sources] of Object.entries(main)) {
  test(`${name}, under script-src 'self' 'wasm-unsafe-eval'`, async ({ app, serve, guarded, authenticates }) => {
    await authenticates(await serve(app(sources), policy("'wasm-unsafe-eval'", guarded.url)));
  });

  test(`${name}, under a policy that forbids WebAssembly: connect_error names the missing directive and the build without WebAssembly`, async ({ app, serve, guarded, refused }) => {
    const said = await refused(await serve(app(sources), policy("", guarded.url)));
    expect(said).toContain("add 'wasm-unsafe-eval' to script-src");
    expect(said).toContain('"socketio-jwt-wasm/nowasm"');
  });
}

for (const [name, sources] of Object.entries(nowasm))
  test(`without WebAssembly, ${name}, under the same policy`, async ({ app, serve, guarded, authenticates }) => {
    await authenticates(await serve(app(sources), policy("", guarded.url)));
  });

// Connections whose handshake carries no token are opened before the client's start can fail.
for (const [io, transports] of [["4", ["polling", "websocket"]], ["4", ["websocket"]], ["2", ["polling", "websocket"]]])
  test(`a start that fails hangs up on the server, and tells each socket once: ${io}.x, ${transports[0]}`, async ({ app, serve, server, context, errors }) => {
    const s = await server({ io, mode: "event", cors: "answered" });
    const dir = app({ "index.html": page(`<script src="${dist}/socketio-jwt.min.js"></script>`) });
    const tab = await context.newPage();
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(await serve(dir, policy("", s.url)));
    const heard = await tab.evaluate(async ([url, token, transports]) => {
      const heard = [];
      const sockets = ["/", "/a", "/b", "/c"].map((path) => SocketIOJWT.connect(url + path, { token, transports, forceNew: true }));
      sockets.push(sockets[0].io.socket("/second"));
      await Promise.all(sockets.map((socket, i) => new Promise((done) => {
        for (const event of ["connect", "disconnect", "connect_error"]) socket.on(event, (error) => done(heard.push([i, event, String(error?.message)])));
      })));
      await SocketIOJWT.load().catch(() => {}); // whatever else the failed start has to say is said before a second one fails
      return heard;
    }, [s.url, token(), transports]);
    expect(heard.map(([i, event]) => [i, event]).sort()).toEqual([0, 1, 2, 3, 4].map((i) => [i, "connect_error"]));
    for (const [, , message] of heard) expect(message).toContain("'wasm-unsafe-eval'");
    // Four connections were on their way. None is kept: a server that had to miss a ping first would keep them for longer.
    // (Of WebSockets a browser opens one after the other, so those that are closed at once may never reach the server.)
    if (transports[0] === "polling") await s.until("request", () => s.of("request").filter((r) => !r.sid).length >= 4);
    await expect.poll(() => s.tell("clients")).toBe(0);
    expect(s.of("event")).toEqual([]);
  });

test("no WebAssembly: load() and connect_error name the build without it; a later load() succeeds when WebAssembly is back", async ({ app, serve, context }) => {
  const dir = app({ "index.html": page(`<script src="${dist}/socketio-jwt.min.js"></script>`) });
  const tab = await context.newPage();
  await tab.addInitScript(() => {
    window.kept = WebAssembly;
    delete window.WebAssembly;
  });
  await tab.goto(await serve(dir));
  const [first, heard, second] = await tab.evaluate(async () => {
    const first = await SocketIOJWT.load().catch((error) => error.message);
    const heard = await new Promise((done) => SocketIOJWT.connect("/").on("connect_error", (error) => done(error.message)));
    window.WebAssembly = kept;
    return [first, heard, await SocketIOJWT.load().then(() => "runs")];
  });
  expect(first).toBe('socketio-jwt-wasm: there is no WebAssembly in this browser, or a policy turns it off: use the build without WebAssembly, "socketio-jwt-wasm/nowasm"');
  expect(heard).toBe(first);
  expect(second).toBe("runs");
});

test("no WebAssembly: the build without it", async ({ app, serve, authenticates }) => {
  const dir = app({ ...script("socketio-jwt.nowasm.min.js", '<script src="none.js"></script>'), "none.js": "delete window.WebAssembly;" });
  const tab = await authenticates(await serve(dir));
  expect(await tab.evaluate(() => typeof WebAssembly)).toBe("undefined");
});
