/** What the package exports, whichever way it is loaded. */
import { Manager, inHandshake } from "./manager.js";
import { load } from "./load.js";
import { checkOptions } from "./options.js";
import { Socket } from "./socket.js";
import { UnauthorizedError } from "./token.js";
import { parseUri } from "./url.js";

/** Set at build time: package.json's. */
declare const __VERSION__: string;

const protocol = 5;
const version = __VERSION__;

const cache: Record<string, Manager> = {};
/** Tokens in the handshake by identity: a connection is shared only by those who would open the same one. */
const credentials: unknown[] = [];

function io(uri?: string | any, opts?: any): Socket {
  if (uri && typeof uri == "object") {
    opts = uri;
    uri = undefined;
  }
  checkOptions((opts ||= {}));
  const parsed = parseUri(uri, opts.path || "/socket.io");
  let { id } = parsed;
  if (inHandshake(opts)) {
    let i = credentials.indexOf(opts.token);
    if (i < 0) i = credentials.push(opts.token) - 1;
    id += " " + i + opts.via;
  }
  const known = cache[id];
  const alone = opts.forceNew || opts["force new connection"] || opts.multiplex === false || known?.nsps[parsed.path];
  const manager = alone ? new Manager(parsed.source, opts) : (cache[id] ||= new Manager(parsed.source, opts));
  return manager.socket(parsed.path, parsed.query && !opts.query ? { ...opts, query: parsed.query } : opts);
}

/** What the official client's transport classes stand for in option `transports`. */
const Fetch = "polling";
const WebSocket = "websocket";
/** Not spoken: passed over in `transports`. */
const WebTransport = "webtransport";

Object.assign(io, { Manager, Socket, io, connect: io });

export { io as default, io, io as connect, Manager, Socket, UnauthorizedError, load, protocol, version, Fetch, Fetch as XHR, Fetch as NodeFetch, Fetch as NodeXHR, WebSocket, WebSocket as NodeWebSocket, WebTransport };
