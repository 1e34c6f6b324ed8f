// The server's view of this tab's sockets. It is a stream of its own, so that it can report sockets that have closed.

import { add, tab } from "./journal.js";

let source;
let last = 0;
/** The server's clock and ours differ by at most the least delay that was seen. */
let offset = Infinity;

try {
  last = Number(sessionStorage.getItem("feed")) || 0;
} catch {}

function heard(event) {
  const sight = JSON.parse(event.data);
  if (sight.id <= last) return;
  last = sight.id;
  try {
    sessionStorage.setItem("feed", String(last));
  } catch {}
  offset = Math.min(offset, Date.now() - sight.at);
  const { id, at, ...what } = sight;
  add(sight.kind, { ...what, lane: "server", t: at + offset });
}

function open() {
  source ??= new EventSource(`/api/feed?tab=${tab}&after=${last}`);
  source.onmessage = heard;
}

function close() {
  source?.close();
  source = undefined;
}

/** A hidden tab closes its stream, as browsers have six connections per host. When it is shown, it gets the missed events. */
export function start(fresh) {
  if (fresh) last = 0; // another session counts from 0
  const look = () => (document.visibilityState === "visible" ? open() : close());
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", close);
  addEventListener("pageshow", look);
  look();
}
