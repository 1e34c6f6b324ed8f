// Where there is no page: Node, as a client and as the place where a page is rendered.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { node22 } from "../lib/node22.js";
import { expect, test, tokens } from "../lib/test.js";

const dist = new URL("../../js/dist/index.js", import.meta.url).href;

/** Runs a module with the package in `lib`, in the Node that runs this; it prints JSON, and ends by itself. */
const run = (code, ...args) => runIn(process.execPath, code, ...args);

async function runIn(node, code, ...args) {
  const { stdout, stderr } = await promisify(execFile)(node, ["--input-type=module", "-e", `import * as lib from ${JSON.stringify(dist)};\nconst args = process.argv.slice(1);\n${code}`, ...args], { cwd: fileURLToPath(new URL(".", import.meta.url)), timeout: 60_000 });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

/** A session; prints what the token says, what the server echoes, and which transport is in use at the end. */
const session = `const [url, token, options] = args;
  const socket = lib.connect(url, { via: "query", token, ...JSON.parse(options), onAuthenticated: async ({ claims }) => {
    if (socket.io.engine.transport.name !== "websocket" && globalThis.WebSocket) await new Promise((done) => socket.io.engine.once("upgrade", done));
    const echo = await socket.emitWithAck("echo", "é€😀");
    const transport = socket.io.engine.transport.name;
    socket.disconnect();
    console.log(JSON.stringify({ echo, sub: claims.sub, transport }));
  } });`;

test("a client in Node is accepted and answered, and the process ends after disconnect()", async ({ server }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const transport = globalThis.WebSocket ? "websocket" : "polling";
  expect(await run(session, s.url, tokens.good(), "{}")).toEqual({ echo: "é€😀", sub: "ada", transport });
});

for (const [name, options] of [["polling and its upgrade", {}], ["WebSocket alone", { transports: ["websocket"] }]])
  test(`a client in Node 22, which has fetch and WebSocket: ${name}`, async ({ server }) => {
    const s = await server({ io: "4", mode: "handshake" });
    expect(await runIn(node22(), session, s.url, tokens.good(), JSON.stringify(options))).toEqual({ echo: "é€😀", sub: "ada", transport: "websocket" });
  });

for (const io of ["2", "3", "4"])
  for (const transport of ["polling", "websocket"])
    test(`disconnect() and connect() of a namespace in one turn: the server has it once, and the connection stays: ${io}.x, ${transport}`, async ({ server }) => {
      const s = await server({ io, mode: "plain", protect: ["/", "/b"] });
      const seen = await runIn(
        node22(),
        `const [url, transport] = args;
        const stays = lib.io(url, { transports: [transport] });
        const closed = [];
        stays.on("disconnect", (reason) => closed.push(reason));
        const connected = (socket) => new Promise((done) => socket.once("connect", done));
        await connected(stays);
        const socket = stays.io.socket("/b");
        socket.disconnect().connect(); // before the server has answered
        await connected(socket);
        socket.disconnect().connect(); // after it has
        await connected(socket);
        const echo = await socket.emitWithAck("echo", "é");
        console.log(JSON.stringify({ echo, closed }));
        stays.disconnect();
        socket.disconnect();`,
        s.url,
        transport,
      );
      expect(seen).toEqual({ echo: "é", closed: [] });
      const ofB = (type) => s.of(type).filter(({ nsp }) => nsp === "/b");
      await s.until("disconnect", () => ofB("disconnect").length === 3);
      expect(ofB("connection")).toHaveLength(3);
    });

for (const call of ["lib.io()", 'lib.io("/x")', 'lib.connect("/x", { token: "x" })', 'new lib.Manager("/x").socket("/")'])
  test(`${call} without an address throws nothing, and connect_error says what to pass`, async () => {
    const message = await run(`const socket = ${call};
      socket.on("connect_error", (e) => {
        socket.disconnect();
        console.log(JSON.stringify(e.message));
      });`);
    expect(message).toContain("pass the server's");
  });

test("option redirect in Node: the hook is called, and the error says why nothing is redirected", async ({ server }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const said = await run(
    `const [url, token] = args;
    const reported = [];
    globalThis.reportError = (e) => {
      reported.push(e.message);
      console.log(JSON.stringify({ reason, reported }));
    };
    let reason;
    lib.connect(url, { via: "query", token, redirect: "/login", onUnauthorized: (e) => void (reason = e.reason) });`,
    s.url,
    tokens.expired(),
  );
  expect(said.reason).toBe("expired");
  expect(said.reported).toHaveLength(1);
  expect(said.reported[0]).toMatch(/redirect/);
});
