// The session: a socket from the library. This is the file to read for how the library is used. The state is drawn from
// socket.session, the timeline from what onTrace tells, and the report is socket.inspect().

import { connect, load } from "/socketio-jwt/index.js";
import { add, tab, trace } from "./journal.js";
import { refreshBefore } from "./rules.js";

/** This server has a namespace for each way of the token, with the rule of a server for that way. */
export const namespaces = { event: "/event", query: "/handshake", auth: "/handshake", header: "/header" };

const transports = { both: ["polling", "websocket"], websocket: ["websocket"], polling: ["polling"] };

/** How long the page takes for itself before a refusal is acknowledged: long enough to be seen. */
const farewell = 900;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * onChange is told of each change: { snapshot }, { transport }, { leaving: error }; onAuthenticated what the hook of the
 * same name is told; onSocket of each new socket, for the chat.
 */
export function session({ onChange, onAuthenticated, onSocket }) {
  let socket;
  let opened = 0; // counts the sockets, to ignore the hooks of old ones
  let settings;
  let bad; // the kind of token to send instead of a good one
  let kept; // the token that is used until the end: when renewal is off, or when nothing better is to be had

  async function token() {
    if (kept && (bad || !settings.renew)) return kept;
    const answer = await fetch("/api/token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: bad || "good", life: settings.life }),
    });
    if (answer.status === 401) return null; // signed out: there is no token any more
    if (!answer.ok) throw new Error(`the token endpoint says ${answer.status}`);
    kept = (await answer.json()).token;
    return kept;
  }

  function open(next) {
    socket?.disconnect();
    settings = next;
    kept = undefined;
    const number = ++opened;
    const current = () => number === opened;
    const { via, renew } = settings;

    const one = (socket = connect(namespaces[via], {
      forceNew: true,
      query: { tab },
      token,
      via,
      protocol: settings.protocol === "auto" ? "auto" : Number(settings.protocol),
      transports: transports[settings.transport],
      refreshBefore: renew ? refreshBefore : 0,
      inBandRefresh: settings.inband,

      onTrace: (event) => current() && trace(event, { via, renews: renew, bad }),

      onAuthenticated(info) {
        if (!current()) return;
        watchTransport();
        onAuthenticated(info);
      },

      // A page saves its data here; the server's callback is acknowledged after it.
      onUnauthorized: () => pause(farewell),

      // A visitor who sends a bad token on purpose stays to see what follows.
      redirect(error) {
        if (!current() || bad) return undefined;
        add("leaving", { reason: error.reason });
        onChange({ leaving: error });
        return `/login?why=${error.reason}`;
      },
    }));

    const snapshot = () => current() && onChange({ snapshot: one.session.getSnapshot(), via });
    one.session.subscribe(snapshot);
    snapshot();

    // A renewal may bring another connection, with an upgrade of its own.
    let watched;
    function watchTransport() {
      const { engine } = one.io;
      if (!engine || engine === watched) return;
      watched = engine;
      onChange({ transport: engine.transport?.name });
      engine.once("upgrade", ({ name }) => {
        if (!current() || engine !== watched) return;
        add("upgraded", { transport: name });
        onChange({ transport: name });
      });
    }

    one.on("connect", () => current() && watchTransport());
    // The official client's rule: after the server's own disconnect() it is for the page to connect again.
    one.on("disconnect", (reason) => {
      if (current() && reason === "io server disconnect" && one.session.getSnapshot().status !== "refused") one.connect();
    });
    onSocket(one, via);
  }

  return {
    async load() {
      add("load");
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
      socket.reauthenticate().catch(() => {}); // a refusal is told by the session
    },
    /** The last hundred events of this connection's session, as a report has them. */
    report: () => JSON.stringify(socket.inspect(), null, 1),
    async end() {
      add("ended");
      await fetch("/api/session", { method: "DELETE" });
    },
  };
}
