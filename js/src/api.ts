/** What the package exports, whichever way it is loaded. */
import { Manager, inHandshake } from "./manager.js";
import { load } from "./bridge/start.js";
import { checkOptions, copyOf, type Options } from "./options.js";
import { Socket } from "./socket.js";
import { UnauthorizedError } from "./auth/refusal.js";
import { parseQuery, parseUri } from "./url.js";

/** Set at build time: package.json's. */
declare const __VERSION__: string;

const protocol = 5;
const version = __VERSION__;

/**
 * The managers that io() shares: by option `token`, if the handshake carries the token (undefined otherwise), then by the
 * server's address and request path. A manager stays as long as the page or the core refers to it.
 */
const cache = new Map<unknown, Record<string, WeakRef<Manager>>>();

function io(uri?: string | Options, opts?: Options): Socket {
  if (uri && typeof uri == "object") {
    opts = uri;
    uri = undefined;
  }
  const given = (opts ||= {});
  checkOptions(given);
  const parsed = parseUri(uri, opts.path || "/socket.io");
  const carries = inHandshake(opts);
  const bearer = carries ? opts.token : undefined;
  const id = parsed.id + (carries ? " " + [opts.via, opts.tokenName, opts.scheme] : "");
  const known = cache.get(bearer)?.[id]?.deref();
  if (opts.forceNew || opts["force new connection"] || opts.multiplex === false || known?.nsps[parsed.path]) return socketOf(made());
  return socketOf(known || shared());

  function made(): Manager {
    const manager = new Manager(parsed.source, opts);
    manager._lends = false;
    return manager;
  }

  function shared(): Manager {
    const manager = made();
    const known = cache.get(bearer) || {};
    known[id] = new WeakRef(manager);
    cache.set(bearer, known);
    // A page may make a new token function for each connect(), so the entry goes when its manager does.
    if (bearer)
      manager._released = () => {
        delete known[id];
        if (!Object.keys(known).length) cache.delete(bearer);
      };
    return manager;
  }

  function socketOf(manager: Manager): Socket {
    return manager.socket(parsed.path, parsed.query && !given.query ? copyOf(given, { query: parseQuery(parsed.query) }) : given);
  }
}

/** Names for option `transports`, where socket.io-client exports transport classes. */
const Fetch = "polling";
const WebSocket = "websocket";
const WebTransport = "webtransport";

Object.assign(io, { Manager, Socket, io, connect: io });

export { io as default, io, io as connect, Manager, Socket, UnauthorizedError, load, protocol, version, Fetch, Fetch as XHR, Fetch as NodeFetch, Fetch as NodeXHR, WebSocket, WebSocket as NodeWebSocket, WebTransport };
