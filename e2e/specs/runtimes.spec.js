// Node, Deno and Bun as clients, with the package as npm packs it, on real servers of both generations.
import { expect, run, test } from "../lib/app.js";
import { runtimes } from "../lib/runtimes.js";
import { tokens } from "../lib/tokens.mjs";

test.describe.configure({ mode: "default" });

/** Sessions one after the other; prints what became of each, and ends by itself. */
const sessions = `import { connect } from "socketio-jwt-wasm";

const outcomes = {};
for (const { name, url, options } of JSON.parse(process.argv[2]))
  outcomes[name] = await new Promise((done) => {
    const end = (outcome) => {
      socket.disconnect();
      done(outcome);
    };
    const socket = connect(url, {
      forceNew: true,
      ...options,
      onAuthenticated: async ({ claims }) => {
        const { engine } = socket.io;
        if (options.transports.length > 1 && engine.transport.name !== "websocket") await new Promise((upgraded) => engine.once("upgrade", upgraded));
        const echo = await socket.emitWithAck("echo", "é€😀", new Uint8Array([0, 255]));
        end([claims.sub, engine.transport.name, echo]);
      },
      onUnauthorized: ({ reason }) => end(reason),
    });
  });
console.log(JSON.stringify(outcomes));
`;

/** By server: the guard that reads the token by each way. */
const ways = {
  2: { event: { mode: "event" }, query: { mode: "handshake" }, header: { mode: "handshake" } },
  4: { auth: { mode: "handshake", lib: "own" }, query: { mode: "handshake" }, header: { mode: "handshake" } },
};
const over = [["polling"], ["websocket"], ["polling", "websocket"]];

for (const [runtime, command] of Object.entries(runtimes))
  for (const io of ["2", "4"])
    test(`${runtime} on a ${io}.x server: each way over each transport, a refusal, and the end of the process`, async ({ app, server }) => {
      const jobs = [];
      const expected = {};
      for (const [via, guard] of Object.entries(ways[io])) {
        const { url } = await server({ io, ...guard });
        const add = (name, options, outcome) => {
          jobs.push({ name, url, options: { via, ...options } });
          expected[name] = outcome;
        };
        for (const transports of over) {
          if (via === "header" && transports[0] !== "polling") continue;
          add(`${via} over ${transports.join(" and ")}`, { token: tokens.good(), transports }, ["ada", transports.at(-1), "é€😀"]);
        }
        add(`${via} refused`, { token: tokens.wronglySigned(), transports: ["polling"] }, "invalid");
      }
      const [file, ...args] = command();
      const dir = app({ "main.mjs": sessions });
      const { stdout, stderr } = await run(file, [...args, "main.mjs", JSON.stringify(jobs)], { cwd: dir, timeout: 60_000 });
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual(expected);
    });
