/** What the package exports, whichever way it is loaded. */
import { Manager, inHandshake } from "./manager.js";
import { load } from "./load.js";
import { entered } from "./page.js";
import { checkOptions } from "./options.js";
import { sockets } from "./slots.js";
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

let tries = 0;

/** Loads, and tries again as long as that may help; until then the sockets hear why they do not connect. */
function begin(): void {
  if (entered()) return;
  load().catch((e) => {
    const wanting = sockets.filter((s) => s.active);
    for (const s of wanting) {
      s._token?._settle(e);
      e.retry || s.io.engine?._take(); // the server need not wait for a page that stays mute
      s.emitReserved("connect_error", e);
    }
    if (e.retry && wanting.some((s) => s.io.reconnection())) setTimeout(begin, Math.min(1000 * 2 ** tries++, 5000));
  });
}

class LoadingManager extends Manager {
  constructor(uri?: string | object, opts?: any) {
    checkOptions((uri && typeof uri == "object" ? uri : opts) || {});
    super(uri, opts);
    begin();
  }
}

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
  const manager = alone ? new LoadingManager(parsed.source, opts) : (cache[id] ||= new LoadingManager(parsed.source, opts));
  return manager.socket(parsed.path, parsed.query && !opts.query ? { ...opts, query: parsed.query } : opts);
}

/** What the official client's transport classes stand for in option `transports`. */
const Fetch = "polling";
const WebSocket = "websocket";
/** Not spoken: passed over in `transports`. */
const WebTransport = "webtransport";

Object.assign(io, { Manager: LoadingManager, Socket, io, connect: io });

export { io as default, io, io as connect, LoadingManager as Manager, Socket, UnauthorizedError, load, protocol, version, Fetch, Fetch as XHR, Fetch as NodeFetch, Fetch as NodeXHR, WebSocket, WebSocket as NodeWebSocket, WebTransport };
