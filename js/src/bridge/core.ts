/** The client's core: the Go program of wasm/, compiled to WebAssembly or to JavaScript. */

export interface Core {
  memory: { readonly buffer: ArrayBuffer };
  /** For a core whose memory leaves the old buffer as it is when it grows: whether it has. WebAssembly's detaches it. */
  grown?(): boolean;
  /** Runs the program's initialisation; before it nothing else may be called. */
  _initialize(): void;
  /** Where the memory that both sides use begins. */
  shared(): number;
  /** Takes in an operation, whose arguments stand in the shared memory. now: by clock(). */
  control(op: number, now: number): void;
  /** Reads a packet's header. */
  rx(conn: number, link: number, n: number, size: number): number;
  /** Writes a packet's header. */
  tx(slot: number, flags: number, attachments: number, ack: number): number;
}

/** The core's only import: something is to be done, with these arguments. Must neither throw nor call the core. */
export type Tell = (what: number, ...args: number[]) => void;

/**
 * Makes an instance of the core. Each call makes another one. It throws, or rejects, with an Error that says what forbids
 * it. It answers with a promise where the browser compiles no program of this size at once.
 */
export type CoreMaker = (tell: Tell) => Core | Promise<Core>;

/** An error of the client's own. */
export const failure = (what: string, cause?: unknown): Error => Object.assign(new Error("socketio-jwt-wasm: " + what), { cause });
