// What happened, in words: a few for the timeline, a sentence for the list.

const causes = {
  connect: "to connect",
  reconnect: "to reconnect",
  refresh: "to renew",
  unauthorized: "because the last one was refused",
};

const kinds = { malformed: "a malformed", expired: "an expired", forged: "a wrongly signed" };

export const quote = (text) => (text ? `“${text}”` : "");

export function short(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 1000)} s`;
}

const page = {
  load: () => "Started loading the Go program.",
  loaded: () => "The Go program runs.",
  connecting: (e) => `Connecting; the token travels by ${e.via}.`,
  asked: (e) => (e.bad ? `The token function was asked, and gave ${kinds[e.bad]} token.` : `The token function was asked ${causes[e.cause] || ""}.`),
  none: () => "There is no token any more: the server has ended the session.",
  connected: (e) => `The namespace is connected, over ${e.transport || "?"}.`,
  upgraded: (e) => `The connection moved to ${e.transport}.`,
  accepted: (e) => (e.refreshed ? "A new token was accepted; the session goes on." : "The token was accepted."),
  refused: (e) => `Refused, ${e.reason}: ${quote(e.message)}${e.code ? ` (${e.code})` : ""}.`,
  settled: () => "The page’s hook has settled; the server’s callback is acknowledged.",
  expired: () => "The token has expired.",
  disconnected: (e) => `Disconnected: ${e.reason}.`,
  reconnecting: (e) => `Trying again, attempt ${e.attempt}.`,
  renewing: () => "Renewal, asked for by hand.",
  failed: (e) => `The renewal brought nothing: ${quote(e.message)}.`,
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
 * The few words that stand in the timeline, with their weight: the heavier is kept when there is no room. before is the
 * state that the entry found; since is when it began to be waited for.
 */
export function flag(e, before, since, narrow) {
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
    case "accepted":
      return e.refreshed ? ["renewed", 3] : [`authenticated${took}`, 3];
    case "refused":
      return [{ missing: "no token", unavailable: "no token yet", timeout: "no answer" }[e.reason] || e.message, 6];
    case "leaving":
      return ["to the login page", 5];
    case "disconnected":
      return before === "good" ? ["disconnected", 1] : undefined;
    case "ended":
      return ["session ended", 4];
  }
  return undefined;
}
