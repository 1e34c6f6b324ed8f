// The words for each event: a few for the timeline, a sentence for the list.

const causes = {
  connect: "to connect",
  reconnect: "to reconnect",
  unauthorized: "because the last one was refused",
};

const kinds = { malformed: "a malformed", expired: "an expired", forged: "a wrongly signed" };

/** Transports as their standards write them. */
export const transportName = (name) => ({ websocket: "WebSocket" })[name] || name;

/** Somebody's name for the page: one that reads from right to left does not turn what stands beside it around. */
export function person(name) {
  const element = document.createElement("bdi");
  element.textContent = name;
  return element;
}

export const quote = (text) => (text ? `“${text}”` : "");

export function short(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 1000)} s`;
}

/** The library's events by name, and (from load on) the page's own. */
const page = {
  connect: (e) => `Connecting; the token travels by ${e.via}.`,
  ask: (e) => `The token function was asked ${causes[e.cause] || "for a token"}.`,
  renew: () => "The token function was asked to renew.",
  token: (e) => (e.bad ? `The function gave ${kinds[e.bad]} token.` : e.missing ? "The function has no token any more: the server has ended the session." : "The function gave a token."),
  token_failed: (e) => `The token function failed${e.message ? `: ${quote(e.message)}` : ""}.`,
  connected: (e) => (e.recovered ? "The namespace is connected, with what was missed." : "The namespace is connected."),
  authenticate: () => "The token was emitted.",
  authenticated: (e) => (e.refreshed ? "A new token was accepted; the session goes on." : "The token was accepted."),
  guest: () => "Connected without a token.",
  refused: (e) => `Refused, ${e.reason}: ${quote(e.message)}${e.code ? ` (${e.code})` : ""}.`,
  acknowledge: () => "The server’s callback was called.",
  disconnect: () => "The page disconnects.",
  disconnected: (e) => `Disconnected: ${e.reason}.`,
  connect_error: (e) => `Not connected: ${quote(e.message)}.`,
  wait: (e) => `The next attempt comes in ${short(e.nextAttemptAt - e.t)}.`,
  attempt: (e) => `Trying again, attempt ${e.attempt}.`,
  login: () => "Another user logs in.",
  logout: () => "The user logs out.",
  load: () => "Started loading the Go program.",
  loaded: () => "The Go program runs.",
  upgraded: (e) => `The connection moved to ${transportName(e.transport)}.`,
  ended: () => "Asked the server to end the session.",
  leaving: () => "Leaving for the login page.",
  back: () => "Back from the login page.",
  gone: () => "The page was left.",
};

const server = {
  connected: () => "A socket is there. It has ten seconds to authenticate.",
  authenticated: () => "Accepted the token.",
  refused: (e) => `Refused: ${quote(e.message)} (${e.code}).`,
  acknowledged: (e) => `The client called the callback, ${short(e.after || 0)} after the refusal.`,
  hungup: (e) => `Hung up: ${{ timeout: "no token came in time", refusal: "by its policy", acknowledgement: "the refusal was acknowledged", deadline: "nobody acknowledged" }[e.why] || e.why}.`,
  closed: (e) => `The connection is over: ${e.why}.`,
};

export const sentence = (e) => ((e.lane === "server" ? server : page)[e.kind] || (() => e.kind))(e);

/**
 * The few words that stand in the timeline, with their weight: the heavier is kept when there is no room. since is when the
 * entry began to be waited for.
 */
export function flag(e, since, narrow) {
  const took = since === undefined || narrow ? "" : ` ${short(e.t - since)}`;
  if (e.lane === "server") {
    if (e.kind === "acknowledged") return [narrow ? "acknowledged" : `acknowledged ${short(e.after || 0)}`, 4];
    return undefined;
  }
  switch (e.kind) {
    case "loaded":
      return [`loaded${took}`, 2];
    case "back":
      return ["signed in again", 3];
    case "authenticated":
      return e.refreshed ? ["renewed", 3] : [`authenticated${took}`, 3];
    case "refused":
      return [{ missing: "no token", unavailable: "no token yet", timeout: "no answer" }[e.reason] || e.message, 6];
    case "leaving":
      return ["to the login page", 5];
    case "disconnected":
      return ["disconnected", 1];
    case "ended":
      return ["session ended", 4];
  }
  return undefined;
}
