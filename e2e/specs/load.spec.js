// Getting the WASM: where it comes from, how far it is, and what is said when it can't be had.
import { readFileSync } from "node:fs";
import { expect, test } from "../lib/test.js";

test("both builds find the WASM beside themselves, and leave the page's globals alone", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const names = [];
  for (const path of ["/script", "/esm"]) {
    const page = await open(s, path);
    const result = await page.evaluate(async (url) => {
      window.process = "mine";
      await lib.load();
      return { echo: await lib.io(url).emitWithAck("echo", 1), globals: [typeof Go, typeof fs, process, typeof path], members: ["connect", "io", "Manager", "Socket", "protocol", "version", "load", "UnauthorizedError"].filter((name) => !(name in lib)) };
    }, s.url);
    expect(result).toEqual({ echo: 1, globals: ["undefined", "undefined", "mine", "undefined"], members: [] });
    names.push(await page.evaluate(() => Object.keys(lib).sort()));
  }
  expect(names[0], "the same members").toEqual(names[1]);
});

test("progress, bytes, a module, a response", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const sources = {
    url: () => "/dist/socketio-jwt.wasm",
    response: () => fetch("/dist/socketio-jwt.wasm"),
    bytes: () => fetch("/dist/socketio-jwt.wasm").then((r) => r.arrayBuffer()),
    module: () => fetch("/dist/socketio-jwt.wasm").then(WebAssembly.compileStreaming),
  };
  for (const [name, source] of Object.entries(sources)) {
    const page = await open(s, "/");
    const { echo, progress } = await page.evaluate(async ([source, url]) => {
      const lib = await import("/dist/index.js");
      const progress = [];
      await lib.load({ wasm: (0, eval)(source)(), onProgress: (loaded, total) => progress.push([loaded, total]) });
      return { echo: await lib.io(url).emitWithAck("echo", 1), progress };
    }, [String(source), s.url]);
    expect(echo, name).toBe(1);
    for (const [loaded, total] of progress) expect(loaded, name).toBeLessThanOrEqual(total);
    if (name === "url") {
      expect(progress.length).toBeGreaterThan(0);
      expect(progress.at(-1)[0]).toBe(progress.at(-1)[1]);
    }
  }
});

test("a failed load says why, and can be tried again", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/");
  const attempt = (wasm) =>
    page.evaluate(async (wasm) => (window.lib ??= await import("/dist/index.js")).load({ wasm: Array.isArray(wasm) ? new Uint8Array(wasm) : wasm }).then(() => "loaded", (error) => error.message), wasm);
  expect(await attempt("/dist/nowhere.wasm")).toMatch(/404/);
  expect(await attempt("/login")).toMatch(/HTML|WASM/);
  expect(await attempt("http://127.0.0.1:9/x.wasm")).toMatch(/could not be fetched/);
  expect(await attempt([0, 97, 115, 109, 1, 0, 0, 0])).toMatch(/WASM/); // the smallest module there is: not ours
  expect(await attempt("/dist/socketio-jwt.wasm")).toBe("loaded");
  expect(await page.evaluate((url) => lib.io(url).emitWithAck("echo", 1), s.url)).toBe(1);
});

test("a WASM of another build is refused, and a content security policy is named", async ({ server, open, errors }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/");
  await page.route("**/*.wasm", async (route) => {
    const response = await route.fetch();
    const body = Buffer.from(await response.body());
    // Another version of the same length, as an old file in a cache would have.
    const build = readFileSync(new URL("../../build/version", import.meta.url), "utf8").trim();
    let at = 0;
    for (let i; (i = body.indexOf(build, at)) >= 0; at = i + 1) body.write("9".repeat(build.length), i);
    expect(at).toBeGreaterThan(0);
    await route.fulfill({ response, body });
  });
  expect(await page.evaluate(async () => (await import("/dist/index.js")).load().catch((error) => error.message))).toMatch(/build/);

  const strict = await open(s, "/");
  await strict.route("**/strict", (route) => route.fulfill({ contentType: "text/html", headers: { "Content-Security-Policy": "script-src 'self'" }, body: '<script src="/dist/socketio-jwt.min.js"></script>' }));
  await strict.goto(s.url + "/strict");
  expect(await strict.evaluate(() => SocketIOJWT.load().catch((error) => error.message))).toMatch(/wasm-unsafe-eval/);
  errors.length = 0;
});

test("a WASM whose memory is spoilt says so, and is called no more", async ({ server, open, errors }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/");
  const said = await page.evaluate(async (url) => {
    const { instantiateStreaming } = WebAssembly;
    let memory;
    WebAssembly.instantiateStreaming = async (...all) => {
      const built = await instantiateStreaming(...all);
      memory = built.instance.exports.mem;
      return built;
    };
    const lib = await import("/dist/index.js");
    const socket = lib.io(url);
    await socket.emitWithAck("echo", 1);
    new Uint8Array(memory.buffer).fill(0xff);
    const attempt = (what) => {
      try {
        what();
      } catch (error) {
        return error.message + " " + error.cause;
      }
    };
    return [() => socket.disconnect(), () => socket.disconnect(), () => lib.io(url, { forceNew: true })].map(attempt);
  }, s.url);
  for (const message of said) expect(message).toMatch(/^socketio-jwt-wasm: the WASM has ended; .* RuntimeError: memory access out of bounds$/);
  errors.length = 0;
});

test("wrong options are a TypeError that names the option", async ({ server, open }) => {
  const page = await open(await server({ io: "4", mode: "plain" }));
  const wrong = [
    [{ via: "cookie", token: "x" }, "via"],
    [{ via: [], token: "x" }, "via"],
    [{ token: 7 }, "token"],
    [{ via: "header", token: "x", transports: ["websocket"] }, "transports"],
    [{ token: "x", protocol: 5 }, "protocol"],
    [{ token: "x", redirectOn: "expired" }, "redirectOn"],
    [{ token: "x", authTimeout: "1s" }, "authTimeout"],
  ];
  for (const [options, name] of wrong) {
    const error = await page.evaluate((options) => {
      try {
        lib.connect("/", options);
      } catch (error) {
        return { type: error.constructor.name, message: error.message };
      }
    }, options);
    expect(error, JSON.stringify(options)).toMatchObject({ type: "TypeError" });
    expect(error.message).toContain(name);
  }
});
