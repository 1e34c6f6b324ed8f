// From what happened to what is drawn: spans of states, calls between page and server, tokens with their ends. Pure.

import { passing, refreshBefore } from "./rules.js";
import { flag, sentence } from "./words.js";

/** What each entry of the page's makes of the state; undefined leaves it as it was. */
function stateAfter(e, state) {
  switch (e.kind) {
    case "load":
    case "connecting":
    case "reconnecting":
      return "wait";
    case "accepted":
      return "good";
    case "refused":
      return passing.has(e.reason) ? "wait" : "bad";
    case "disconnected":
      return state === "good" ? "wait" : state;
    case "loaded":
    case "leaving":
    case "gone":
    case "back":
      return "";
  }
  return state;
}

/** What the spans and the calls show already needs no mark of its own. */
const spanned = new Set(["load", "connecting", "asked", "connected", "upgraded", "settled", "gone", "renewing", "reconnecting", "none", "expired"]);

/** Calls go down to the server or come up from it. */
const down = new Set(["connected", "acknowledged"]);
const up = new Set(["authenticated", "refused", "hungup"]);

export function model(entries, narrow) {
  const states = [];
  const sockets = [];
  const tokens = [];
  const marks = [];
  let state = "";
  let alive = 0;
  let via = "event";
  let began; // when the way to the next acceptance, or the load, began

  const endToken = (t) => {
    const last = tokens.at(-1);
    if (last && last.until === undefined) last.until = Math.min(t, last.exp);
  };

  for (const e of entries) {
    if (e.lane === "server") {
      const one = { t: e.t, lane: "server", kind: e.kind, title: sentence(e), flag: flag(e, state, undefined, narrow) };
      if (up.has(e.kind)) {
        // In a handshake the token has come with the call that is answered here.
        if (via !== "event" && (e.kind === "authenticated" || e.kind === "refused")) marks.push({ ...one, flag: undefined, call: "down", kind: "asked" });
        marks.push({ ...one, call: "up" });
      } else marks.push({ ...one, call: down.has(e.kind) ? "down" : undefined });
      const opens = e.kind === "connected" || (e.kind === "authenticated" && via !== "event");
      if (opens && alive++ === 0) sockets.push({ from: e.t });
      if (e.kind === "closed" && alive > 0 && --alive === 0) sockets.at(-1).to = e.t;
      continue;
    }
    if (e.kind === "connecting") via = e.via;
    if (e.kind === "connecting" || e.kind === "load") began = e.t;

    const before = state;
    const next = stateAfter(e, state);
    if (next !== state) {
      if (states.length && states.at(-1).to === undefined) states.at(-1).to = e.t;
      if (next) states.push({ from: e.t, kind: next });
      state = next;
    }
    if (e.kind === "gone" || e.kind === "load" || (e.kind === "disconnected" && before === "good")) {
      if (alive > 0) sockets.at(-1).to = e.t;
      alive = 0;
    }
    if (["accepted", "refused", "leaving", "gone", "connecting"].includes(e.kind)) endToken(e.t);
    if (e.kind === "accepted" && e.exp) {
      const life = e.exp - (e.iat || e.t);
      tokens.push({ from: e.t, exp: e.exp, renews: e.renews ? e.exp - Math.min(refreshBefore * 1000, life / 2) : undefined });
    }
    if (spanned.has(e.kind) || (e.kind === "disconnected" && before !== "good")) continue;
    marks.push({ t: e.t, lane: "page", kind: e.kind, passes: passing.has(e.reason), title: sentence(e), flag: flag(e, before, e.refreshed ? undefined : began, narrow) });
  }
  return { states, sockets, tokens, marks };
}
