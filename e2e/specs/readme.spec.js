// Every client-side snippet of the README of socketio-jwt 4.6.2, taken from the package and run as it is printed there,
// address included, with `io` from our package. The snippets' free names (`io`, `jwt`, `your_jwt`, `socket`) are all
// that is given to them.
import { readFileSync } from "node:fs";
import net from "node:net";
import { chromium } from "@playwright/test";
import { expect, test, tokens } from "../lib/test.js";

const readme = readFileSync(new URL("../node_modules/socketio-jwt/README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```javascript\n(.*?)```/gs)].map((match) => match[1]);
const client = blocks.filter((code) => code.includes("io.connect(") || code.includes("socket.on('unauthorized'"));
const [authenticate, query, header, expired, ...callbacks] = client;

const old = { "1.7.4": "1", "2.5.1": "2" };
const every = { ...old, "3.1.2": "3", "4.8.4": "4" };

// One browser serves the whole file.
test.describe.configure({ mode: "default" });

/** A browser in which http://localhost:9000 leads to whichever server a test says. */
let port9000;
test.beforeAll(async ({}, { project }) => {
  let target;
  const road = net.createServer((from) => {
    const to = net.connect(target.port, "127.0.0.1");
    for (const [one, other] of [[from, to], [to, from]]) one.on("error", () => other.destroy()).on("close", () => other.destroy()).pipe(other);
  });
  await new Promise((done) => road.listen(0, "127.0.0.1", done));
  const { executablePath, args } = project.use.launchOptions;
  const browser = await chromium.launch({ executablePath, args: [...args, `--host-resolver-rules=MAP localhost:9000 127.0.0.1:${road.address().port}`] });
  port9000 = {
    browser,
    lead: (server) => (target = server),
    async close() {
      await browser.close();
      await new Promise((done) => road.close(done));
    },
  };
});
test.afterAll(() => port9000?.close());

const browsers = test.extend({
  at9000: async ({ errors }, use) => {
    const contexts = [];
    await use(async (server) => {
      port9000.lead(server);
      contexts.push(await port9000.browser.newContext());
      const page = await contexts.at(-1).newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      page.said = [];
      page.on("console", (message) => page.said.push(message.text()));
      await page.goto("http://localhost:9000/script");
      await page.evaluate(() => (window.io = lib.io));
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

/** Runs a snippet as a script of the page: its `const socket` stays visible to the next. */
const run = (page, code, names = {}) =>
  page.evaluate((names) => Object.assign(window, names), names).then(() => page.addScriptTag({ content: code }));

test("the README has the snippets that are run here", () => {
  expect(client).toHaveLength(6);
  expect(authenticate).toContain(".emit('authenticate', { token: jwt })");
  expect(query).toContain("query: `token=${your_jwt}`");
  expect(header).toContain("extraHeaders: { Authorization: `Bearer ${your_jwt}` }");
  expect(callbacks.every((code) => code.includes("callback();"))).toBe(true);
  expect(expired).not.toContain("callback");
});

for (const [name, io] of Object.entries(old)) {
  browsers(`authenticate on ${name}: good and bad token`, async ({ server, at9000, errors }) => {
    const s = await server({ io, mode: "event" });
    const page = await at9000(s);
    await run(page, authenticate, { jwt: tokens.good() });
    expect((await s.until("ready")).decoded.sub).toBe("ada");
    expect(await page.evaluate(() => socket.emitWithAck("echo", "other things"))).toBe("other things");

    const bad = await at9000(await server({ io, mode: "event" }));
    await run(bad, authenticate, { jwt: tokens.wronglySigned() });
    await expect.poll(() => bad.said.filter((text) => text.startsWith("unauthorized: "))).toHaveLength(1);
    expect(JSON.parse(bad.said.find((text) => text.startsWith("unauthorized: ")).slice(14))).toEqual({ message: "invalid signature", code: "invalid_token", type: "UnauthorizedError" });
    await expect.poll(() => errors).toEqual(["UnauthorizedError"]); // the snippet throws it
    errors.length = 0;
    expect(await bad.evaluate(() => socket.connected)).toBe(true);
  });

  browsers(`expired and callback on ${name}`, async ({ server, at9000 }) => {
    for (const [code, acked] of [[expired, false], ...callbacks.map((code) => [code, true])]) {
      const s = await server({ io, mode: "event" });
      const page = await at9000(s);
      // One script with what comes before it in the README, so that the listener is there before the answer.
      await run(page, `const socket = io.connect('http://localhost:9000'); socket.on('connect', () => socket.emit('authenticate', { token: jwt }));\n${code}`, { jwt: tokens.expired() });
      await expect.poll(() => page.said).toContain("User token has expired");
      if (acked) {
        await s.until("disconnect");
        await expect.poll(() => page.evaluate(() => socket.connected)).toBe(false);
      }
      await s.all();
      expect(s.of("ack")).toHaveLength(acked ? 1 : 0);
      if (!acked) expect(await s.tell("count")).toBe(1);
    }
  });
}

for (const [name, io] of Object.entries(every)) {
  browsers(`one roundtrip on ${name}: query, header, and both wrong`, async ({ server, at9000 }) => {
    for (const code of [query, header]) {
      const s = await server({ io, mode: "handshake", jwt: { auth_header_required: code === header } });
      const page = await at9000(s);
      await run(page, code, { your_jwt: tokens.good() });
      expect((await s.until("ready")).decoded.sub).toBe("ada");
      expect(await page.evaluate(() => socket.emitWithAck("echo", "é€😀"))).toBe("é€😀");

      const refused = await at9000(await server({ io, mode: "handshake", jwt: { auth_header_required: code === header } }));
      const event = io < "3" ? "error" : "connect_error";
      await run(refused, `${code}\nwindow.refusal = new Promise((done) => socket.on("${event}", done));`, { your_jwt: tokens.wronglySigned() });
      const { message, data } = await refused.evaluate(async () => {
        const { message, data, code, type } = await refusal;
        return { message, data: data ?? { code, type, message } };
      });
      expect(message).toBe("invalid signature");
      expect(data).toEqual({ message: "invalid signature", code: "invalid_token", type: "UnauthorizedError" });
    }
  });
}
