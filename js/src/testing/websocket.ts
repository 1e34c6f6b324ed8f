/** A page's WebSocket whose other end is a fake server. */
import { claimed, type WebSocketSession } from "./hosts.js";
import type { WebSocketEnd } from "./session.js";
import { later } from "./time.js";

let original: typeof WebSocket | undefined;

/** The WebSocket for addresses that are no fake server's. */
export const useOriginal = (real: typeof WebSocket | undefined) => void (original = real);

/** Node has no CloseEvent before version 23. */
class Closed extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  constructor(type: string, { code = 1006, reason = "", wasClean = false } = {}) {
    super(type);
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

let called: boolean | undefined;

/** Whether an EventTarget calls `on…` by itself, as those of Cloudflare's workers do. */
function callsHandlers(): boolean {
  if (called === undefined) {
    called = false;
    Object.assign(new EventTarget(), { onprobe: () => (called = true) }).dispatchEvent(new Event("probe"));
  }
  return called;
}

export class FakeWebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url!: string;
  readonly protocol!: string;
  readonly extensions = "";
  readonly bufferedAmount = 0;
  readyState = 0;
  binaryType: BinaryType = "blob";
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  #session?: WebSocketSession;
  readonly #end: WebSocketEnd = {
    say: (frame) => void (this.readyState == 1 && this.#fire(Object.assign(new Event("message"), { data: this.#shown(frame) }))),
    hangUp: () => this.#closed(new Closed("close")),
  };

  constructor(address: string | URL, protocols?: string | string[]) {
    super();
    const url = new URL(address, globalThis.location?.href);
    const host = claimed.at(url);
    if (!host) {
      if (original) return new original(address, protocols) as unknown as FakeWebSocket;
      throw new Error(`FakeServer: there is no WebSocket here but for the fake server's addresses, and ${url.host} is none of them`);
    }
    this.url = url.href;
    this.protocol = [protocols || ""].flat()[0]!;
    later(() => {
      if (this.readyState) return;
      this.#session = host.dial(url.searchParams, this.#end);
      if (!this.#session) {
        this.#fire(new Event("error"));
        return this.#closed(new Closed("close"));
      }
      this.readyState = 1;
      this.#fire(new Event("open"));
    });
  }

  send(data: unknown): void {
    if (!this.readyState) throw new DOMException("the WebSocket is not open yet", "InvalidStateError");
    if (this.readyState == 1) this.#session!.read(data);
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState > 1) return;
    this.readyState = 2;
    later(() => {
      this.#session?.left(this.#end);
      this.#closed(new Closed("close", { code, reason, wasClean: true }));
    });
  }

  #shown(frame: string | ArrayBuffer): unknown {
    return typeof frame == "string" || this.binaryType == "arraybuffer" ? frame : new Blob([frame]);
  }

  #closed(event: Closed): void {
    if (this.readyState == 3) return;
    this.readyState = 3;
    this.#fire(event);
  }

  #fire(event: Event): void {
    if (!callsHandlers()) (this as unknown as Record<string, ((event: Event) => void) | null>)[`on${event.type}`]?.(event);
    this.dispatchEvent(event);
  }
}
