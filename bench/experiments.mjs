// What is done with each client in each round, in a fresh page. An experiment's figures go into the rows of rows.mjs.
//
// Where `together` is true the pages of all clients are open at once, and `measure` is a generator: what comes after a
// yield is done when the others have come as far.
import { quantile } from "./stats.mjs";

const websocket = { transports: ["websocket"], forceNew: true };

async function timed(page, ...call) {
  const before = await page.cpu();
  const ms = await page.call(...call);
  return { ms, cpu: (await page.cpu()) - before };
}

/** n of something in parts, the other clients' parts between them: so all share the machine's moods. */
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
      // Above p99 are those in which the browser collects: of 2,000 too few to tell two clients apart.
      const trips = [];
      for (let i = 0; i < 20; i++) {
        trips.push(...(await page.call("trips", 1000)));
        yield;
      }
      await page.call("close");
      return { "ack.p50": quantile(trips, 0.5), "ack.p99": quantile(trips, 0.99) };
    },
  },

  /** zishang520's client has polling alone in a page, and there an emit waits for the server's next ping: see /quick. */
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
      await page.call("trips", 2_000); // events alone would be compiled as if there were nothing else
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
      // A trace may lack the page's beginning, when the browser's buffers were full of its own.
      for (let i = 0; i < 3 && !from; i++) {
        events = await browser.trace(async () => {
          const traced = await browser.open(url);
          await traced.call("seen");
          await traced.close();
        });
        end = events.findLast((e) => e.name === "bench authenticated" && e.cat.includes("user_timing"));
        // From the page's first byte, so that loading at import is in it.
        from = events.findLast((e) => e.name === "domLoading" && e.pid === end?.pid && e.ts < end.ts)?.ts;
      }
      if (!from) throw new Error("three traces without the page's beginning");
      const tasks = events.filter((e) => /RunTask/.test(e.name) && e.ph === "X" && e.pid === end.pid && e.tid === end.tid && e.ts >= from && e.ts <= end.ts);
      return { "task.longest": Math.max(...tasks.map((t) => t.dur)) / 1000, "task.cpu": Math.max(...tasks.map((t) => t.tdur)) / 1000 };
    },
  },

  memory: {
    clients: ["ours", "official"],
    /** Long, and the same in every round. */
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
      // Before that even a client that keeps nothing grows: feedback of the engine's, Go's first collections. With sockets,
      // until some 300 cycles have made the engine throw away what it had compiled at first.
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
    /** Short, and one round in ten 50 ms away a round trip longer, for either client. */
    times: 3,
    async measure(page) {
      const seen = await page.call("seen");
      return { [id]: seen.ms, [`${id}.load`]: seen.authenticated, seen };
    },
  };
}
