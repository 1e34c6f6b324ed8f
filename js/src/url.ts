/**
 * Addresses: what io(uri) means, and the URL of a request, as socket.io-client 4 and engine.io-client 6 build them.
 * Not by the URL class: it would percent-encode and normalise namespaces.
 */
import { unlessSet } from "./options.js";
import { inUrl } from "./values.js";

export interface ParsedUri {
  /** The absolute address as given, completed from the page's. */
  source: string;
  secure: boolean;
  /** Without the brackets of an IPv6 address. Empty: the address names no host, and there is no page to take it from. */
  host: string;
  port: string;
  /** The namespace. */
  path: string;
  /** Raw, without "?". */
  query: string;
  /** The key of the server in the cache of managers: origin and request path. */
  id: string;
}

type Place = Pick<Location, "protocol" | "host"> & Partial<Pick<Location, "origin">>;

/**
 * The server of an address without a host: the page's own. A page or worker with a blob: URL has the server of its origin.
 * Pages of an extension, an app or a file, and programs without a page, have none.
 */
function server(loc?: Place): { protocol: string; host: string } {
  const [, protocol, host] = /^(https?:)\/\/([^/]+)$/.exec(loc ? loc.protocol == "blob:" ? loc.origin! : loc.protocol + "//" + loc.host : "") || ["", "https:", ""];
  return { protocol: protocol!, host: host! };
}

export function parseUri(uri?: string | null, path = "", loc: Place | undefined = globalThis.location): ParsedUri {
  const { protocol: scheme, host } = server(loc);
  uri ??= "//" + host;
  if (uri[0] == "/") uri = scheme + (uri[1] == "/" ? uri : "//" + host + uri);
  if (!/^(https?|wss?):\/\//.test(uri)) uri = scheme + "//" + uri;
  const [, protocol, address, given, nsp, query = ""] =
    /^(\w+):\/\/(?:[^@/?#\\]*@)?(\[[^\]]*]|[^:/?#\\]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?/.exec(uri) as unknown as [string, string, string, string?, string?, string?];
  const secure = /^(https|wss)$/.test(protocol);
  const port = given || (secure ? "443" : "80");
  return {
    source: uri,
    secure,
    host: address.replace(/^\[|]$/g, ""),
    port,
    path: nsp || "/",
    query,
    id: protocol + "://" + address + ":" + port + path,
  };
}

/** The parameters of an address. */
export type Query = Record<string, unknown>;

/** "a=b&c=d" as an object. */
export function parseQuery(query: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const pair of query.split("&")) {
    const [name, ...value] = pair.split("=");
    out[decodeURIComponent(name!)] = decodeURIComponent(value.join("="));
  }
  return out;
}

/** Parameters as "a=b&c=d". */
export const search = (query: Query): string =>
  Object.keys(query).map((k) => inUrl(k) + "=" + inUrl(query[k])).join("&");

/** Option `query`, a text or an object, as an object. */
export const queryOf = (query: string | Query | undefined): Query => (typeof query == "string" ? parseQuery(query) : { ...query });

/** Where a server listens, of options `path` and `addTrailingSlash`. */
export const enginePath = (o: { path: string; addTrailingSlash?: boolean }): string => o.path.replace(/\/$/, "") + (unlessSet(o, "addTrailingSlash") ? "/" : "");

export interface UrlOptions {
  hostname: string;
  port?: string | number;
  secure?: boolean;
  path: string;
  timestampRequests?: boolean;
  timestampParam?: string;
  forceBase64?: boolean;
}

/**
 * The URL of the next request. `query` holds the user's parameters, EIO, transport and (once known) sid in the order in
 * which they were set; the stamp and b64 are put into it as the official client does, so that the order stays.
 */
export function engineUrl({ schemes, can }: { schemes: readonly [string, string]; can: { payloads: boolean; query: boolean } }, o: UrlOptions, query: Query): string {
  const { secure, port, hostname } = o;
  const polls = can.payloads;
  if (o.timestampRequests || (polls && o.timestampRequests !== false))
    query[o.timestampParam ?? "t"] = Math.random().toString(36).slice(2);
  if (polls && !query.sid && o.forceBase64) query.b64 = 1;
  return (
    schemes[secure ? 1 : 0] +
    "://" +
    (hostname.includes(":") ? `[${hostname}]` : hostname) +
    (port && +port != (secure ? 443 : 80) ? ":" + port : "") +
    o.path + (can.query ? "?" + search(query) : "")
  );
}
