/**
 * The interface between a connection and its transports. A transport sends and receives frames and does not read them; the
 * connection and the core do not know fetch and WebSocket. To add a transport, add a file to transports/ and a row to
 * transports/registry.ts.
 *
 * Who may call what, and when:
 *   - the connection calls open() once, then send() and poll() while the transport is not closed, close() at any time;
 *   - no method of the sink runs inside open(), send(), poll(), pause() or close(): always in a later microtask;
 *   - after closed() nothing is called any more, and closed() is called exactly once;
 *   - a page that is being left silences its transports: nothing is reported, as nobody could act on it. When the
 *     browser brings that page back (back/forward cache), they report closed() then.
 */
import type { Generation } from "../bridge/bridge.gen.js";
import type { Emitter } from "../emitter.js";
import type { Query } from "../url.js";

export type Frame = string | ArrayBuffer | Blob;
export type Outgoing = Frame | ArrayBufferView;

export interface TransportSink {
  /** It is open. A transport that is opened by its first data does not call it. */
  opened(t: Transport): void;
  /** A frame: one packet, or a payload (see Capabilities), then with the HTTP response for its headers. */
  data(t: Transport, frame: Frame, response?: Response): void;
  /** Everything given to send() has been handed over (POST answered, WebSocket took it); t.writable is true again. */
  drained(t: Transport): void;
  /** After pause(): no request is in flight any more. poll() starts again. */
  paused(t: Transport): void;
  /** The end. No error after a close() of ours. */
  closed(t: Transport, error?: TransportError): void;
}

/** The wording follows the official client, so that code which matches messages goes on matching. */
export interface TransportError {
  /** "xhr poll error" | "xhr post error" | "websocket error" | "webtransport error" | "transport close" | what a page's own transport says */
  message: string;
  /** HTTP status (0: no answer), error Event, or a sentence. Never a URL: that may hold the token. */
  description?: unknown;
  /** Response (with responseText), CloseEvent, or what fetch threw. Its url and target are blank for the same reason. */
  context?: unknown;
  /** HTTP status when there was an answer. */
  status?: number;
}

/** What a kind of transport can do. Code asks these, and not for a transport's name. */
export interface Capabilities {
  /**
   * A frame of text is a payload: any number of packets in Engine.IO's format for HTTP, binary ones in base64, and no
   * longer than the server's maxPayload. Otherwise a frame is one packet. Bytes are always those of one binary message.
   */
  readonly payloads: boolean;
  /** send() hands over in the same task: writable again a microtask later. Otherwise it takes a round trip. */
  readonly immediate: boolean;
  /** The handshake can carry HTTP headers of the page: the way `header`. */
  readonly header: boolean;
  /** The handshake's address has a query: the way `query`, and the revision that is asked for. */
  readonly query: boolean;
  /** A connection that polls may change to it. */
  readonly upgrade: boolean;
}

/** Listeners hear open, packet, drain, close and error, as on a transport of the official client. */
export interface Transport extends Emitter {
  readonly name: string;
  readonly can: Capabilities;
  writable: boolean;
  /** How packets are framed. The connection sets it when it has learned it. */
  generation: Generation;
  query: Query;
  /** Payloads: the handshake has asked for base64, as the page wants it. */
  readonly asksBase64?: boolean;
  /** Payloads: the server is known to read and write text as it is, and not UTF-8 encoded twice. */
  plain?: boolean;
  open(): void;
  /** Text packets with their Engine.IO type digit; anything else is the raw bytes of a message. Order is kept. */
  send(packets: Outgoing[]): void;
  /** Whether data given to send() may not have left this machine yet. */
  busy(): boolean;
  /** Stops asking for data and reports paused(). Only where there is poll(). */
  pause(): void;
  /** Asks for more data. Only where data must be asked for. Ignored while it is being waited for, and after the end. */
  poll?(): void;
  /** Tells the server that the session ends, where the server does not see that by itself. */
  goodbye(): void;
  /** Sends `rest`, in parts of which each would do for send(), and closes. `done` is called once, when the server knows; closed() may never be. */
  finish(rest: Outgoing[][], done: () => void): void;
  close(): void;
  /** The browser's WebSocket, for pages that look inside. */
  ws?: WebSocket;
  /** What pages see as `engine.transport`, if that is another object. */
  shown?: unknown;
}

export interface TransportOptions {
  query?: Query;
  withCredentials?: boolean;
  extraHeaders?: Record<string, string>;
  /** Headers of each request, asked anew: Authorization. */
  headers?(): Record<string, string> | undefined;
  /** The server has given this session id: the next requests carry it, and no token in the address any more. */
  handshaken?(sid: string): void;
  /** Whether a token is in a GET or may be in a POST: an HTTP redirect, which could take it anywhere, is not followed. polling only. */
  secret?(posts: boolean): boolean;
  /** What no error may tell: the token, as it was sent, and the tokens of the sockets. */
  secrets?(): unknown[];
  /** ms; 0 or unset: none. polling only. */
  requestTimeout?: number;
  /** Bytes travel as base64. polling only. */
  forceBase64?: boolean;
  protocols?: string | string[];
  /** The user's option of that name. */
  transportOptions?: object;
  /** The connection, for a page's own class. */
  socket?: unknown;
  closeOnBeforeunload?: boolean;
}

/** How a transport is made. `url` gives the address of the next request. */
export type MakeTransport = (url: () => string, opts: TransportOptions, sink: TransportSink) => Transport;
