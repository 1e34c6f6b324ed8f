// A page lives for days: what the page lets go is freed, in JavaScript and in the core.
import { expect, test, tokens } from "../lib/test.js";

test.use({ alone: true });

/** Bytes that are in use in the page when all that can be collected has been. */
async function heap(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.enable");
  for (let i = 0; i < 3; i++) await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  return usedSize;
}

/** Bytes of the largest text on the page's heap that begins like this, when all that can be collected has been. */
async function largestText(page, begins) {
  const devtools = await page.context().newCDPSession(page);
  let json = "";
  devtools.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => (json += chunk));
  for (let i = 0; i < 3; i++) await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("HeapProfiler.takeHeapSnapshot");
  await devtools.detach();
  const { snapshot, nodes, strings } = JSON.parse(json);
  const { node_fields: fields } = snapshot.meta;
  const [name, size] = [fields.indexOf("name"), fields.indexOf("self_size")];
  let largest = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (strings[nodes[at + name]].startsWith(begins)) largest = Math.max(largest, nodes[at + size]);
  }
  return largest;
}

test("the classic script frees the WASM's digits after compiling", async ({ server, open }) => {
  const page = await open(await server({ io: "4", mode: "plain" }));
  const digits = "0061736d01000000"; // \0asm, version 1
  expect(await largestText(page, digits)).toBeGreaterThan(50_000);
  await page.evaluate(() => lib.load());
  expect(await largestText(page, digits)).toBeLessThan(1_000);
});

test("3,000 namespaces used and left, and 100 connections lost, leave the core's memory as it was", async ({ server, open }) => {
  const rooms = Array.from({ length: 100 }, (_, i) => `/room-${i}`);
  const s = await server({ io: "4", mode: "plain", open: rooms });
  const page = await open(s, "/faults");
  const bytes = await page.evaluate(async ([url, rooms]) => {
    const { socket, until } = kit.connect(url, { transports: ["websocket"], reconnectionDelay: 1, randomizationFactor: 0 }, "io");
    await until("connect");
    const once = (s, what) => new Promise((done) => s.once(what, done));
    for (let cycle = 0; cycle < 30; cycle++) {
      const all = rooms.map((name) => socket.io.socket(name));
      await Promise.all(
        all.map(async (room) => {
          await once(room, "connect");
          if ((await room.emitWithAck("echo", cycle)) !== cycle) throw new Error("another answer");
        }),
      );
      for (const room of all) room.disconnect();
    }
    for (let i = 0; i < 100; i++) {
      const back = once(socket, "connect");
      socket.io.engine.close();
      await back;
    }
    return coreBytes();
  }, [s.url, rooms]);
  expect(bytes).toBeLessThanOrEqual(256 * 1024);
});

for (const [name, options] of [
  ["an inline token function, in the query", { via: "query", token: { fn: "() => token" } }],
  ["an inline token function, by event, a connection of its own", { via: "event", token: { fn: "() => token" }, forceNew: true }],
  ["crossTab", { via: "query", token: { fn: "() => token" }, crossTab: true }],
  ["no token", {}],
])
  test(`connect and disconnect, 10,000 times, ${name}: the core's memory is that after the first hundred, the heap that after 5,000, and the first socket is collected`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "handshake" });
    const page = await open(s, "/faults");
    const mount = (times) =>
      page.evaluate(async ([url, options, times, token]) => {
        window.token = token;
        for (let i = 0; i < times; i++) {
          const socket = lib.connect(url, kit.functions(options));
          window.first ??= new WeakRef(socket);
          socket.on("message", () => socket);
          socket.disconnect();
          // What the token function and closed transports report, microtasks later.
          await null;
        }
        await new Promise((done) => setTimeout(done));
        return { known: known(), bytes: coreBytes() };
      }, [s.url, options, times, tokens.good()]);
    const before = await mount(100);
    // Code that runs so often is compiled anew: 100 to 150 KB, once.
    await mount(4900);
    const small = await heap(page);
    const after = await mount(5000);
    expect(after.known).toEqual({ managers: 0, sockets: 0, sources: 0 });
    expect(after.bytes).toBe(before.bytes);
    // What closed transports wait for, in other processes, is let go when those have their turn. A leak stays.
    await expect.poll(async () => ((await heap(page)) - small) / 5000, "bytes that each mount has left").toBeLessThan(8);
    await expect.poll(() => page.evaluate(() => first.deref() === undefined)).toBe(true);
  });

test("a call takes as long as in a fresh page, however many sockets there have been", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const [old, fresh] = [await open(s, "/faults"), await open(s, "/faults")];
  /** ms that so many mounts take. */
  const mount = (page, times) =>
    page.evaluate(([url, times]) => {
      const start = performance.now();
      for (let i = 0; i < times; i++) lib.connect(url, { token: () => "x", via: "query" }).disconnect();
      return performance.now() - start;
    }, [s.url, times]);
  for (const page of [old, fresh]) {
    await page.evaluate(() => lib.load());
    await mount(page, 500); // compiled and optimised
  }
  await mount(old, 5000);
  // In turns, and the least of each, until a busy machine has disturbed neither: a call that grows never comes near.
  const took = { old: [], fresh: [] };
  const round = async () => {
    for (const [which, page] of [["old", old], ["fresh", fresh]]) took[which].push(await mount(page, 100));
    return Math.min(...took.old) / Math.min(...took.fresh);
  };
  await expect.poll(round, { message: "an old page over a fresh one", timeout: 60_000, intervals: [0] }).toBeLessThan(1.5);
});
