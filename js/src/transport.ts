/**
 * What a connection and its transports say to each other. A transport moves frames and knows nothing of what is in
 * them; the connection (and Go behind it) knows nothing of fetch and WebSocket.
 *
 * Who may call what, and when:
 *   - the connection calls open() once, then send() and poll() while the transport is not closed, close() at any time;
 *   - no method of the sink runs inside open(), send(), poll(), pause() or close(): always in a later microtask;
 *   - after closed() nothing is called any more, and closed() is called exactly once;
 *   - a page that is being left silences its transports: nothing is reported, as nobody could act on it. When the
 *     browser brings that page back (back/forward cache), polling reports closed() then.
 */
export type Frame = string | ArrayBuffer | Blob;
export type Outgoing = Frame | ArrayBufferView;

export interface TransportSink {
  /** websocket: it is open. Polling never calls it: its first data opens. */
  opened(t: Transport): void;
  /** websocket: one frame. polling: the whole body of a GET, unparsed, with the response for its headers. */
  data(t: Transport, frames: Frame, response?: Response): void;
  /** Everything given to send() has been handed over (POST answered, WebSocket took it); t.writable is true again. */
  drained(t: Transport): void;
  /** polling: after pause(), no GET and no POST is in flight any more. poll() starts again. */
  paused(t: Transport): void;
  /** The end. No error after a close() of ours. */
  closed(t: Transport, error?: TransportError): void;
}

/** The wording follows the official client, so that code which matches messages goes on matching. */
export interface TransportError {
  /** "xhr poll error" | "xhr post error" | "websocket error" | "transport close" */
  message: string;
  /** HTTP status (0: no answer), error Event, or a sentence. Never a URL: that may hold the token. */
  description?: unknown;
  /** Response (with responseText), CloseEvent, or what fetch threw. Its url and target are blank for the same reason. */
  context?: unknown;
  /** HTTP status when there was an answer. */
  status?: number;
}

export interface Transport {
  readonly name: "polling" | "websocket";
  writable: boolean;
  /** Engine.IO generation, which decides how binary is framed. The connection sets it when it has learned it. */
  eio: 3 | 4;
  query: Record<string, any>;
  /** polling, generation 3: the server is known to be a 2.x, which reads text as it is. */
  plain?: boolean;
  open(): void;
  /** Text packets with their Engine.IO type digit; anything else is the raw bytes of a message. Order is kept. */
  send(packets: Outgoing[]): void;
  pause(): void;
  close(): void;
  ws?: WebSocket;
}

export interface TransportOptions {
  query?: Record<string, any>;
  withCredentials?: boolean;
  extraHeaders?: Record<string, string>;
  /** Headers of each request, asked anew: Authorization. */
  headers?(): Record<string, string> | undefined;
  /** The server has given this session id: the next requests carry it, and no token in the address any more. */
  handshaken?(sid: string): void;
  /** Whether a token is in a GET or may be in a POST: an HTTP redirect, which could take it anywhere, is not followed. polling only. */
  secret?(posts: boolean): boolean;
  /** ms; 0 or unset: none. polling only. */
  requestTimeout?: number;
  protocols?: string | string[];
  closeOnBeforeunload?: boolean;
}

/** Listens on the window (or worker), where there is one, and returns the release. */
export function listen(names: string[], fn: (e: Event) => void, on: EventTarget | undefined = globalThis): () => void {
  for (const name of names) on?.addEventListener?.(name, fn);
  return () => names.forEach((name) => on?.removeEventListener?.(name, fn));
}
