// What the lifecycle's specs share: tokens that the test makes for the page, so that it can count the calls, and rows
// that run side by side.
import { test as base, expect, token } from "./test.js";

export { connect, expect, story, token, told, tokens } from "./test.js";

export const test = base.extend({
  /**
   * mint: what the pages asked for, in order: [{ seconds, at }]. In a page, `await mint(seconds, claims)` is a new token
   * that is good for so long.
   */
  mint: [
    async ({ context }, use) => {
      const calls = [];
      await context.exposeFunction("mint", (seconds, claims) => {
        calls.push({ seconds, at: Date.now(), ...claims });
        return token({ jti: `${calls.length}`, ...claims }, seconds);
      });
      await context.addInitScript(life);
      await use(calls);
    },
    { auto: true },
  ],
});

/** Runs rows side by side, each to its end, and fails with the names of all that failed. */
export async function together(rows) {
  const names = Object.keys(rows);
  const ends = await Promise.allSettled(Object.values(rows).map((row) => row()));
  const failed = ends.flatMap((end, i) => (end.status === "rejected" ? [`${names[i]}: ${end.reason.stack ?? end.reason}`] : []));
  if (failed.length) throw new Error(failed.join("\n\n"));
}

/** The servers and ways that renewal and expiry are proven on. */
export const ways = {
  "event on 1.7.4": { via: "event", server: { io: "1", mode: "event" } },
  "event on 2.5.1": { via: "event", server: { io: "2", mode: "event" } },
  "query on 2.5.1": { via: "query", server: { io: "2", mode: "handshake" } },
  "header on 2.5.1": { via: "header", server: { io: "2", mode: "handshake", jwt: { auth_header_required: true } } },
  "query on 4.8.4": { via: "query", server: { io: "4", mode: "handshake" } },
  "header on 4.8.4": { via: "header", server: { io: "4", mode: "handshake", jwt: { auth_header_required: true } } },
  "auth on 4.8.4 with @thream/socketio-jwt": { via: "auth", scheme: "Bearer", server: { io: "4", mode: "handshake", lib: "thream" } },
};

/** Runs in every page after kit.js. */
function life() {
  window.life = {
    /** kit.connect with tokens of so many seconds; client.causes are the provider's calls. */
    connect(url, options, seconds) {
      const causes = [];
      const client = kit.connect(url, {
        token: ({ cause }) => {
          causes.push(cause);
          return mint(seconds);
        },
        ...options,
      });
      client.causes = causes;
      return client;
    },

    /** Numbered emits, one in `every` ms; every third wants an ack. Returns what stops them. */
    emits(client, every) {
      client.sent = 0;
      client.acks = [];
      const timer = setInterval(() => {
        const i = client.sent++;
        if (i % 3) client.socket.emit("echo", i);
        else client.socket.emit("echo", i, (n) => client.acks.push(n));
      }, every);
      return () => clearInterval(timer);
    },

    /** The server's ticks: [number, when sent, when heard]. */
    ticks(client) {
      client.ticks = [];
      client.socket.on("tick", (n, at) => client.ticks.push([n, at, Date.now()]));
    },
  };
}
