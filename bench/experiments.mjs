// The experiments: each runs with each client in each round, in a fresh page. Their figures go into the rows of rows.mjs.
//
// With `together`, the pages of all clients are open at once, and `measure` is a generator: it continues after a yield when
// the other clients have reached theirs.
import { quantile } from "./stats.mjs";

const websocket = { transports: ["websocket"], forceNew: true };

async function timed(page, ...call) {
  const before = await page.cpu();
  const ms = await page.call(...call);
  return { ms, cpu: (await page.cpu()) - before };
}

/** Runs n of something in parts that alternate with the other clients' parts, so that the machine's load is the same for all. */
async function* inParts(page, parts, what, kind, n, ...more) {
  const all = { ms: 0, cpu: 0 };
  for (let i = 0; i < parts; i++) {
    const { ms, cpu } = await timed(page, what, kind, n / parts, ...more);
    all.ms += ms;
    all.cpu += cpu;
    yield;
  }
  return all;
}

/** Events a second, and main-thread CPU per thousand events. */
const rates = (name, n, { ms, cpu }) => ({ [`${name}.rate`]: (n / ms) * 1000, [`${name}.cpu`]: (cpu / n) * 1000 });

export const experiments = {
  traffic: {
    clients: ["ours", "official", "bare"],
    scenario: "traffic",
    together: true,
    async *measure(page) {
      await page.call("open", websocket);
      await page.call("receive", "small", 20_000);
      await page.call("emit", "small", 20_000, 1000);
      yield;
      const out = {
        ...rates("receive", 200_000, yield* inParts(page, 20, "receive", "small", 200_000)),
        ...rates("emit", 300_000, yield* inParts(page, 30, "emit", "small", 300_000, 1000)),
        ...rates("single", 60_000, yield* inParts(page, 30, "emit", "small", 60_000, 1)),
      };
      for (const [kind, n] of [["json", 800], ["binary", 1600]]) {
        await page.call("receive", kind, n / 20);
        await page.call("emit", kind, n / 20, 1);
        yield;
        out[`${kind}.receive`] = (n / (yield* inParts(page, 20, "receive", kind, n)).ms) * 1000;
        out[`${kind}.emit`] = (n / (yield* inParts(page, 20, "emit", kind, n, 1)).ms) * 1000;
      }
      await page.call("close");
      return out;
    },
  },

  acks: {
    clients: ["ours", "official", "bare"],
    scenario: "traffic",
    together: true,
    async *measure(page) {
      await page.call("open", websocket);
      await page.call("trips", 1000);
      yield;
      // Trips above p99 contain a garbage collection: of 2,000, too few to compare two clients.
      const trips = [];
      for (let i = 0; i < 20; i++) {
        trips.push(...(await page.call("trips", 1000)));
        yield;
      }
      await page.call("close");
      return { "ack.p50": quantile(trips, 0.5), "ack.p99": quantile(trips, 0.99) };
    },
  },

  /** zishang520's client has only polling in a page, where an emit waits for the server's next ping: see /quick. */
  zishang: {
    clients: ["zishang"],
    scenario: "traffic",
    async measure(page) {
      await page.call("open", { path: "/quick" });
      const trips = await page.call("trips", 5);
      const { ms, cpu } = await timed(page, "receive", "small", 5_000, true);
      return { ...rates("receive", 5_000, { ms, cpu }), "ack.p50": quantile(trips, 0.5), "ack.p99": quantile(trips, 0.99) };
    },
  },

  fake: {
    clients: ["ours", "official"],
    scenario: "fake",
    async measure(page) {
      await page.call("open");
      await page.call("receive", 20_000);
      await page.call("emit", 20_000, 100);
      await page.call("emit", 2_000, 1);
      await page.call("trips", 2_000); // after events alone, the browser would compile for nothing else
      return {
        "fake.receive": await page.call("receive", 200_000),
        "fake.emit": await page.call("emit", 200_000, 100),
        "fake.single": await page.call("emit", 20_000, 1),
        "fake.ack": await page.call("trips", 20_000),
      };
    },
  },

  start: startOf("start", "auth", "/auth", ["ours", "official", "bare"]),
  far: startOf("far", "auth", "/auth", ["ours", "official", "bare"], true),
  startQuery: startOf("startQuery", "query", "/jwt", ["ours", "official", "zishang"]),
  farQuery: startOf("farQuery", "query", "/jwt", ["ours", "official", "zishang"], true),
  event: startOf("event", "event", "/event", ["ours", "official2"]),
  eventFar: startOf("eventFar", "event", "/event", ["ours", "official2"], true),
  later: startOf("later", "auth", "/auth", ["ours", "official"], false, { later: 300 }),
  wsFar: startOf("wsFar", "auth", "/auth", ["ours", "official"], true, { transports: ["websocket"] }),

  tasks: {
    clients: ["ours", "official"],
    scenario: "start",
    arguments: ["auth", { path: "/auth" }],
    async measure(page, client, { browser, url }) {
      let events, end, from;
      // A trace may lack the page's beginning, if the browser's buffers were full.
      for (let i = 0; i < 3 && !from; i++) {
        events = await browser.trace(async () => {
          const traced = await browser.open(url);
          await traced.call("seen");
          await traced.close();
        });
        end = events.findLast((e) => e.name === "bench authenticated" && e.cat.includes("user_timing"));
        // From the page's first byte, to include loading at import.
        from = events.findLast((e) => e.name === "domLoading" && e.pid === end?.pid && e.ts < end.ts)?.ts;
      }
      if (!from) throw new Error("three traces without the page's beginning");
      const tasks = events.filter((e) => /RunTask/.test(e.name) && e.ph === "X" && e.pid === end.pid && e.tid === end.tid && e.ts >= from && e.ts <= end.ts);
      return { "task.longest": Math.max(...tasks.map((t) => t.dur)) / 1000, "task.cpu": Math.max(...tasks.map((t) => t.tdur ?? 0)) / 1000 };
    },
  },

  memory: {
    clients: ["ours", "official"],
    /** It takes long and is the same in every round. */
    most: 3,
    scenario: "memory",
    async measure(page) {
      await page.call("open", websocket);
      for (let i = 0; i < 5; i++) {
        await page.call("receive", "small", 100_000);
        await page.call("emit", "small", 100_000, 1000);
      }
      return { "memory.wasm": (await page.call("wasm")) / 2 ** 20, "memory.heap": (await page.heap()) / 2 ** 20 };
    },
  },

  mounts: {
    clients: ["ours"],
    most: 3,
    scenario: "memory",
    async measure(page) {
      return { mounts: await page.call("mounts", 1000) };
    },
  },

  growth: {
    clients: ["ours", "official"],
    most: 3,
    scenario: "memory",
    async measure(page) {
      await page.call("connect");
      const out = {};
      // Before that, any client grows: the engine's feedback, Go's first collections. With sockets, until the engine has
      // dropped its first compiled code, after some 300 cycles.
      for (const [what, warm, n] of [["sockets", 400, 20], ["acks", 20, 20], ["reconnects", 600, 1000]]) {
        await page.call(what, warm);
        const before = [await page.heap(), await page.call("wasm")];
        await page.call(what, n);
        out[`growth.${what}`] = ((await page.heap()) - before[0]) / 1024;
        out[`growth.${what}.wasm`] = ((await page.call("wasm")) - before[1]) / 1024;
      }
      return out;
    },
  },
};

function startOf(id, via, path, clients, far = false, options = {}) {
  return {
    clients,
    scenario: "start",
    arguments: [via, { path, ...options }],
    far,
    /** One page before the rounds fills the browser's caches. */
    warm: 2,
    /** It is short; and 50 ms away, one round in ten takes one round trip more, for either client. */
    times: 3,
    async measure(page) {
      const seen = await page.call("seen");
      return { [id]: seen.ms, [`${id}.load`]: seen.authenticated, seen };
    },
  };
}
