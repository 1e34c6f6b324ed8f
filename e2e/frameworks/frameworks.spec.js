// Apps as their frameworks' documentation begins them, with io() at module scope: rendered on the server, then at work in
// the page. e2e/fixtures/<framework> has the app; nothing is configured for this package.
import { spawn } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../fixtures/pack.mjs";
import { expect, test as base, token } from "../lib/app.js";
import { node22 } from "../lib/node22.js";
import { startOrigin } from "../lib/origin.js";

const apps = {
  "Next.js": {
    folder: "next",
    development: ["node_modules/next/dist/bin/next", "dev", "--port", "0"],
    build: ["node_modules/next/dist/bin/next", "build"],
    production: ["node_modules/next/dist/bin/next", "start", "--port", "0"],
  },
  Nuxt: {
    folder: "nuxt",
    development: ["node_modules/nuxt/bin/nuxt.mjs", "dev", "--port", "0"],
    build: ["node_modules/nuxt/bin/nuxt.mjs", "build"],
    production: [".output/server/index.mjs"],
  },
};
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NUXT_TELEMETRY_DISABLED: "1", FORCE_COLOR: "0", NO_COLOR: "1", PORT: "0", HOST: "localhost", NODE_ENV: undefined };

const test = base.extend({
  /** start(folder, args): a Node program in an app's folder that serves it. { port, said() }; it ends with its test. */
  start: async ({}, use) => {
    const running = [];
    await use((folder, args) => new Promise((resolve, reject) => {
      let said = "";
      const child = spawn(node22(), args, { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      const exited = new Promise((done) => child.on("exit", done));
      running.push({ child, exited });
      const hear = (text) => {
        said += text;
        const port = said.match(/http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):(\d+)/)?.[1];
        if (port) resolve({ port: Number(port), said: () => said });
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      exited.then((code) => reject(new Error(`${args.join(" ")} has ended with ${code}: ${said}`)));
    }));
    for (const { child, exited } of running) {
      // Each is the leader of its group: its workers end with it.
      if (child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await exited;
    }
  },
});

test.describe.configure({ mode: "default" });

for (const [name, { folder, development, build, production }] of Object.entries(apps)) {
  const home = join(root, "e2e/fixtures", folder);
  /** The app's folder, with the packed package installed beside its framework. */
  const installed = (app) => {
    const here = join(home, "node_modules/socketio-jwt-wasm");
    rmSync(here, { recursive: true, force: true });
    cpSync(join(app({}), "node_modules/socketio-jwt-wasm"), here, { recursive: true });
    return home;
  };

  for (const [mode, args] of Object.entries({ development, production }))
    test(`${name}, ${mode}: io() at module scope, rendered on the server`, async ({ app, start, server, context, errors }) => {
      const home = installed(app);
      if (mode === "production") await run(node22(), build, { cwd: home, env });
      const chat = await server({ io: "4", mode: "handshake" });
      const served = await start(home, args);
      const origin = await startOrigin({ app: served.port, chat: chat.port, token });
      try {
        // Development servers tell their address, and answer 503, while they are still building.
        let rendered;
        await expect(async () => expect((rendered = await fetch(origin.url)).status).toBe(200)).toPass({ timeout: 60_000 });
        expect(await rendered.text()).toContain('<p id="reply">waiting</p>');

        const tab = await context.newPage();
        tab.on("pageerror", (error) => errors.push(error.message));
        tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
        await tab.goto(origin.url);
        await expect(tab.locator("#reply")).toHaveText("hi");
        expect((await chat.until("ready")).decoded.sub).toBe("ada");
        // One connection, the page's; the server that has rendered the page made none, and is in good health.
        expect(chat.of("ready")).toHaveLength(1);
        expect((await fetch(origin.url)).status).toBe(200);
        expect(served.said()).not.toMatch(/error|warn/i);
        await tab.close();
      } finally {
        await origin.stop();
      }
    });
}
