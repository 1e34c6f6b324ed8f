/** Pages that are left, and may come back. */
import { listen } from "../../listen.js";
import type { TransportError, TransportOptions } from "../transport.js";

/** What a transport of a page reports that comes back from the back/forward cache. */
export const suspended: TransportError = { message: "transport close", description: "the page was suspended" };

/**
 * For a transport whose connection stays open in a page that sleeps in the back/forward cache, as Chromium's websockets do:
 * the server would take the page for present until a ping is missed. `silence` is called once, when the page goes into the cache
 * or may be left and is to be silent then (option closeOnBeforeunload): it closes the connection and nothing more is reported.
 * `end` is called when the page comes back. Returns the release.
 */
export function whenLeft({ closeOnBeforeunload }: TransportOptions, silence: () => void, end: (error: TransportError) => void): () => void {
  let left = false;
  return listen(["pagehide", "pageshow"].concat(closeOnBeforeunload ? "beforeunload" : []), (e) => {
    if (e.type == "pageshow") {
      if (left) end(suspended);
    } else if (!left && (e.type == "beforeunload" || (e as PageTransitionEvent).persisted)) {
      left = true;
      silence();
    }
  });
}
