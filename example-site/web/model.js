// Computes the drawing from the journal: spans of states, calls between page and server, tokens with their ends. Pure.

import { refreshBefore } from "./rules.js";
import { flag, sentence } from "./words.js";

/** The state after each entry of the page. The names are those of the library's events. */
function stateAfter(e, state) {
  switch (e.kind) {
    case "load":
    case "connect":
    case "attempt":
      return "wait";
    case "authenticated":
      return "good";
    case "refused":
      return e.fatal ? "bad" : "wait";
    case "disconnected":
      if (e.reason === "io client disconnect") return "";
      return state === "good" ? "wait" : state;
    case "loaded":
    case "leaving":
    case "gone":
    case "back":
      return "";
  }
  return state;
}

/** Entries with a mark of their own. The spans, the calls and the list show the others. */
const marked = new Set(["loaded", "back", "authenticated", "refused", "disconnected", "ended", "leaving"]);

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
  let began; // when the attempt for the next acceptance, or the load, began

  const endToken = (t) => {
    const last = tokens.at(-1);
    if (last && last.until === undefined) last.until = Math.min(t, last.exp);
  };

  for (const e of entries) {
    if (e.lane === "server") {
      const one = { t: e.t, lane: "server", kind: e.kind, title: sentence(e), flag: flag(e, undefined, narrow) };
      if (up.has(e.kind)) {
        // In a handshake the token has come with the call that is answered here.
        if (via !== "event" && (e.kind === "authenticated" || e.kind === "refused")) marks.push({ ...one, flag: undefined, call: "down", kind: "token" });
        marks.push({ ...one, call: "up" });
      } else marks.push({ ...one, call: down.has(e.kind) ? "down" : undefined });
      const opens = e.kind === "connected" || (e.kind === "authenticated" && via !== "event");
      if (opens && alive++ === 0) sockets.push({ from: e.t });
      if (e.kind === "closed" && alive > 0 && --alive === 0) sockets.at(-1).to = e.t;
      continue;
    }
    if (e.kind === "connect") via = e.via;
    if (e.kind === "connect" || e.kind === "load") began = e.t;

    const before = state;
    const next = stateAfter(e, state);
    if (next !== state) {
      if (states.length && states.at(-1).to === undefined) states.at(-1).to = e.t;
      if (next) states.push({ from: e.t, kind: next });
      state = next;
    }
    const lost = e.kind === "disconnected" && before === "good" && next === "wait";
    if (lost) began = e.t;
    if (e.kind === "gone" || e.kind === "load" || lost) {
      if (alive > 0) sockets.at(-1).to = e.t;
      alive = 0;
    }
    if (["authenticated", "refused", "leaving", "gone", "connect"].includes(e.kind)) endToken(e.t);
    if (e.kind === "authenticated" && e.expiresAt) {
      const life = e.expiresAt - e.t; // it is fresh
      tokens.push({ from: e.t, exp: e.expiresAt, renews: e.renews ? e.expiresAt - Math.min(refreshBefore * 1000, life / 2) : undefined });
    }
    if (!marked.has(e.kind) || (e.kind === "disconnected" && !lost)) continue;
    marks.push({ t: e.t, lane: "page", kind: e.kind, passes: e.kind === "refused" && !e.fatal, title: sentence(e), flag: flag(e, e.refreshed ? undefined : began, narrow) });
  }
  return { states, sockets, tokens, marks };
}
