/** Replacements of browser classes that jsdom lacks, as far as the client uses them. */

/** UTF-8 by functions of jsdom. It is always `fatal`. */
class BareTextDecoder {
  decode(data: ArrayBuffer | Uint8Array): string {
    return decodeURIComponent(Array.from(new Uint8Array(data), (byte) => "%" + byte.toString(16).padStart(2, "0")).join(""));
  }
}

class BareTextEncoder {
  encode(text: string): Uint8Array {
    return Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));
  }
}

class BareHeaders {
  readonly #all: [name: string, value: string][];

  constructor(given: Record<string, string> | [string, string][]) {
    this.#all = Array.isArray(given) ? given : Object.entries(given);
  }

  get(name: string): string | null {
    return this.#all.find(([known]) => known == name.toLowerCase())?.[1] ?? null;
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#all[Symbol.iterator]();
  }
}

class BareResponse {
  readonly status: number;
  readonly statusText: string;
  readonly type = "basic";
  readonly headers: BareHeaders;
  readonly #body: string | ArrayBuffer | null;

  constructor(body: string | ArrayBuffer | null, { status = 200, statusText = "", headers = {} as Record<string, string> | [string, string][] } = {}) {
    this.#body = body;
    this.status = status;
    this.statusText = statusText;
    this.headers = new BareHeaders(headers);
  }

  get ok(): boolean {
    return this.status < 300;
  }

  async text(): Promise<string> {
    const body = this.#body || "";
    return typeof body == "string" ? body : new TextDecoder().decode(body);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const body = this.#body || "";
    return typeof body == "string" ? (new TextEncoder().encode(body).buffer as ArrayBuffer) : body;
  }
}

const all: Record<string, unknown> = { TextDecoder: BareTextDecoder, TextEncoder: BareTextEncoder, Response: BareResponse };

/** Those that are missing here. */
export const standIns = (): Record<string, unknown> => Object.fromEntries(Object.entries(all).filter(([name]) => !(name in globalThis)));
