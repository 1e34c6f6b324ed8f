// What is done with each client in each round, in a fresh page. An experiment's figures go into the rows of rows.mjs.
import { quantile } from "./stats.mjs";

const websocket = { transports: ["websocket"], forceNew: true };

async function timed(page, ...call) {
  const before = await page.cpu();
  const ms = await page.call(...call);
  return { ms, cpu: (await page.cpu()) - before };
}

/** One after the other and taken together, where a page's own figures differ by as much as those of two pages. */
async function thrice(page, ...call) {
  const all = { ms: 0, cpu: 0 };
  for (let i = 0; i < 3; i++) {
    const { ms, cpu } = await timed(page, ...call);
    all.ms += ms / 3;
    all.cpu += cpu / 3;
  }
  return all;
}

/** Events a second, and main-thread CPU per thousand events. */
const rates = (name, n, { ms, cpu }) => ({ [`${name}.rate`]: (n / ms) * 1000, [`${name}.cpu`]: (cpu / n) * 1000 });

export const experiments = {
  traffic: {
    clients: ["ours", "official", "bare"],
    scenario: "traffic",
    async measure(page) {
      const n = 100_000;
      await page.call("open", websocket);
      await page.call("receive", "small", n / 5);
      await page.call("emit", "small", n / 5, 1000);
      const out = {
        ...rates("receive", n, await timed(page, "receive", "small", n)),
        ...rates("emit", n, await thrice(page, "emit", "small", n, 1000)),
        ...rates("single", n / 5, await thrice(page, "emit", "small", n / 5, 1)),
      };
      for (const [kind, m] of [["json", 200], ["binary", 400]]) {
        await page.call("receive", kind, m / 5);
        await page.call("emit", kind, m / 5, 1);
        out[`${kind}.receive`] = (m / (await page.call("receive", kind, m))) * 1000;
        out[`${kind}.emit`] = (m / (await page.call("emit", kind, m, 1))) * 1000;
      }
      await page.call("close");
      return out;
    },
  },

  acks: {
    clients: ["ours", "official", "bare"],
    scenario: "traffic",
    /** A tenth of a trip is the client's: what one saves is seen in many rounds or not at all. */
    times: 3,
    async measure(page) {
      await page.call("open", websocket);
      await page.call("trips", 1000);
      // Above p99 are those in which the browser collects: of 2,000 too few to tell two clients apart.
      const trips = await page.call("trips", 10_000);
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

  start: startOf("start", "query", "/jwt", ["ours", "official", "bare", "zishang"]),
  // Short, and one round in ten a round trip longer, for either client.
  far: { ...startOf("far", "query", "/jwt", ["ours", "official", "bare", "zishang"], true), times: 3 },
  event: startOf("event", "event", "/event", ["ours", "official2"]),
  eventFar: startOf("eventFar", "event", "/event", ["ours", "official2"], true),
  later: startOf("later", "query", "/jwt", ["ours", "official"], false, { later: 300 }),
  wsFar: startOf("wsFar", "query", "/jwt", ["ours", "official"], true, { transports: ["websocket"] }),

  tasks: {
    clients: ["ours", "official", "zishang"],
    scenario: "start",
    arguments: ["query", { path: "/jwt" }],
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
    async measure(page) {
      const seen = await page.call("seen");
      return { [id]: seen.ms, [`${id}.load`]: seen.authenticated, seen };
    },
  };
}
