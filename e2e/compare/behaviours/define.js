// How behaviours are written down. A file exports `(it) => { it(name, how, async (kit) => {…}) }`; Node lists what it
// says, pages run it.

/** Over which transports. */
export const each = ["polling", "websocket", "upgrade"];
export const both = ["polling", "websocket"];
export const polling = ["polling"];
export const websocket = ["websocket"];
export const upgrade = ["upgrade"];
/** What no transport has a part in is run once, on the quickest. */
export const once = websocket;

/**
 * how: a list of transports, or { over, two } where `two` says why a 2.x server's protocol does not have it.
 * What a behaviour returns must be equal for both clients.
 */
export function collect(define) {
  const all = [];
  define((name, how, run) => {
    const { over, two = true } = Array.isArray(how) ? { over: how } : how;
    if (all.some((one) => one.name === name)) throw new Error(`two behaviours are called "${name}"`);
    all.push({ name, over, two, run });
  });
  return all;
}
