// The session: a socket from the library, with every hook writing into the journal. This is the file to read for how the
// library is used.

import { connect, load } from "/socketio-jwt/index.js";
import { add, tab } from "./journal.js";
import { passing, refreshBefore } from "./rules.js";

/** Each way in has a namespace of its own on this server, with the rule that a server for it would have. */
export const namespaces = { event: "/event", query: "/handshake", auth: "/handshake", header: "/header" };

const transports = { both: ["polling", "websocket"], websocket: ["websocket"], polling: ["polling"] };

/** How long the page takes for itself before a refusal is acknowledged: long enough to be seen. */
const farewell = 900;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * status is told of every change: { state, error?, info?, transport?, … }; onSocket of every new socket, for the chat.
 */
export function session(status, onSocket) {
  let socket;
  let settings;
  let bad; // the kind of token to send instead of a good one
  let kept; // the token that is used until the end: when renewal is off, or when nothing better is to be had
  let halted = false;

  async function token({ cause, attempt }) {
    add("asked", { cause, attempt, bad });
    if (kept && (bad || !settings.renew)) return kept;
    const answer = await fetch("/api/token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: bad || "good", life: settings.life }),
    });
    if (answer.status === 401) {
      add("none");
      return null; // signed out: there is no token any more
    }
    if (!answer.ok) throw new Error(`the token endpoint says ${answer.status}`);
    kept = (await answer.json()).token;
    return kept;
  }

  function open(next) {
    settings = next;
    kept = undefined;
    halted = false;
    close();
    add("connecting", { via: settings.via });
    status({ state: "connecting", via: settings.via });
    const mine = (socket = connect(namespaces[settings.via], {
      forceNew: true,
      query: { tab },
      token,
      via: settings.via,
      protocol: settings.protocol === "auto" ? "auto" : Number(settings.protocol),
      transports: transports[settings.transport],
      refreshBefore: settings.renew ? refreshBefore : 0,
      inBandRefresh: settings.inband,

      onAuthenticated(info) {
        if (mine !== socket) return;
        halted = false;
        watch();
        add("accepted", {
          refreshed: info.refreshed,
          via: settings.via,
          iat: info.claims?.iat * 1000,
          exp: info.expiresAt?.getTime(),
          renews: settings.renew,
        });
        status({ state: "authenticated", info, via: settings.via, transport: mine.io.engine?.transport?.name });
      },

      async onUnauthorized(error) {
        if (mine !== socket) return;
        halted = !passing.has(error.reason);
        add("refused", { reason: error.reason, code: error.code, message: error.message, bad });
        status(halted ? { state: "refused", error, acknowledged: false } : { state: "connecting", via: settings.via, passing: error.reason });
        await pause(farewell); // whatever a page has to save; the server's callback is acknowledged after it
        if (mine === socket) add("settled");
      },

      onExpired() {
        if (mine === socket) add("expired");
      },

      // Who sends a bad token on purpose wants to look at what follows.
      redirect(error) {
        if (mine !== socket || bad) return undefined;
        add("leaving", { reason: error.reason });
        status({ state: "leaving", error });
        return `/login?why=${error.reason}`;
      },
    }));

    // A renewal may bring another connection, with an upgrade of its own.
    let watched;
    function watch() {
      const { engine } = mine.io;
      if (!engine || engine === watched) return;
      watched = engine;
      engine.once("upgrade", ({ name }) => {
        if (mine !== socket) return;
        add("upgraded", { transport: name });
        status({ transport: name });
      });
    }

    mine.on("connect", () => {
      if (mine !== socket) return;
      add("connected", { transport: mine.io.engine?.transport?.name });
      watch();
    });
    mine.on("disconnect", (reason) => {
      if (mine !== socket) return;
      add("disconnected", { reason });
      if (halted) return status({ state: "refused", closed: true });
      status({ state: "connecting", lost: reason });
      if (reason === "io server disconnect") mine.connect(); // the official client's rule: this one is not automatic
    });
    mine.io.on("reconnect_attempt", (attempt) => mine === socket && add("reconnecting", { attempt }));
    onSocket(mine);
  }

  function close() {
    const old = socket;
    socket = undefined;
    old?.disconnect();
  }

  return {
    async load() {
      add("load");
      status({ state: "loading" });
      await load();
      add("loaded");
    },
    /** Connects anew, with a good token or with one of another kind. */
    send(kind, next) {
      bad = kind;
      open(next);
    },
    renew() {
      kept = undefined;
      add("renewing");
      return socket.reauthenticate().catch((error) => add("failed", { message: error.message }));
    },
    async end() {
      add("ended");
      await fetch("/api/session", { method: "DELETE" });
    },
    get settings() {
      return settings;
    },
  };
}
