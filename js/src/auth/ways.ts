/** Option `via`: puts a socket's token into the handshake's query, the headers, CONNECT or the event `authenticate`. */
import type { TokenOptions, Via } from "../../types/index.js";
import { Way, ways } from "../bridge/bridge.gen.js";
import { subjectOf } from "./claims.js";

const bit = (way: Via): Way => 1 << ways.indexOf(way);

/**
 * A text as a header can carry it. fetch throws for one with characters beyond a byte, as a token has that was read from a
 * file with its byte order mark, or a user's name in `extraHeaders`, and the page would take that for a network that fails:
 * it goes as UTF-8, as Go programs send it, and the server says what it thinks of it.
 */
const inHeader = (text: string): string =>
  /[^\0-\xff]/.test(text) ? Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("") : text;

/**
 * The headers of a request: the user's, and the token's, which replace a header of the same name. Names are compared without
 * regard to case: fetch would join the values of two spellings in one header.
 */
export function headersOf(given?: Record<string, string> | null, own: Record<string, string> = {}): Record<string, string> {
  const names = Object.keys(own).map((name) => name.toLowerCase());
  return { ...Object.fromEntries(Object.entries(given || {}).flatMap(([name, value]) => (names.includes(name.toLowerCase()) ? [] : [[name, inHeader(value)]]))), ...own };
}

export class Ways {
  /** The option `via`, or its default. */
  readonly via: Via | Via[];
  /** The ways as bits, for the core. */
  readonly bits: Way;
  /** The name of the parameter or field. */
  readonly name: string;
  /** The token that travels; "": none. */
  text = "";

  constructor(private readonly _opts: Pick<TokenOptions, "via" | "tokenName" | "scheme">) {
    this.via = (_opts.via as Via | Via[]) || "event";
    this.name = _opts.tokenName || "token";
    this.bits = [this.via].flat().reduce((bits, way) => bits | bit(way), 0 as number);
  }

  by(way: Via): boolean {
    return !!(this.bits & bit(way));
  }

  /** The connection's handshake carries the token. */
  get inHandshake(): boolean {
    return this.by("query") || this.by("header");
  }

  /** The user of a connection: the token's `sub`. null: there is no token. undefined: not known, or the token follows by an event. */
  get user(): unknown {
    if (!this.inHandshake && !this.by("auth")) return;
    return this.text ? subjectOf(this.text) : null;
  }

  /** Adds the token to the query of a handshake. */
  handshake(query: Record<string, unknown>): void {
    if (this.text && this.by("query")) query[this.name] = this.text;
  }

  headers(): Record<string, string> | undefined {
    return this.text && this.by("header") ? { Authorization: inHeader(this._prefixed("Bearer")) } : undefined;
  }

  /** The payload of CONNECT: the user's option `auth`, and the token. */
  auth(auth: unknown): unknown {
    return this.text && this.by("auth") ? { ...(auth as object | undefined), [this.name]: this._prefixed("") } : auth;
  }

  /** The payload of the event `authenticate`. */
  event(): Record<string, string> {
    return { [this.name]: this.text };
  }

  private _prefixed(scheme: string): string {
    scheme = this._opts.scheme ?? scheme;
    return (scheme && scheme + " ") + this.text;
  }
}
