/** The JavaScript side of the seam: calls through the doors, what Go wants done, and the clock that Go lives by. */
import { report, safely, type Listener } from "./emitter.js";
import { Do, Op, Rx, Tx, Word, type Exports, type Host } from "./seam.js";
import { listen } from "./transport.js";

let open = false;
let go: Exports;
const early: [Op, unknown[]][] = [];
const effects: [Listener, unknown[]][] = [];
export let words: Int32Array;
let units: Uint16Array;
let numbers: Float64Array;

// --- Clock -----------------------------------------------------------------------------------------------------------

let wall = Date.now();
let mono = performance.now();
let virtual = wall;

/**
 * ms, and never back. It advances by whichever of the two clocks went further: performance.now() stands still while the
 * laptop sleeps, Date.now() jumps when somebody sets the clock.
 */
export function clock(): number {
  const w = Date.now();
  const m = performance.now();
  virtual += Math.max(0, w - wall, m - mono);
  wall = w;
  mono = m;
  return virtual;
}

/** The browser's own, whatever a test puts in its place later. */
export const native = globalThis.setTimeout.bind(globalThis);

let timer: ReturnType<typeof setTimeout> | undefined;
/** Date.now() at which Go wants to be woken; timers sleep with the laptop and are throttled in hidden pages. */
let due = Infinity;

export const tick = () => control(Op.Tick);

/** Looks at the deadlines before anything is sent: they may have passed while the page slept. */
export function look(): void {
  if (Date.now() >= due) tick();
}

// --- Control ---------------------------------------------------------------------------------------------------------

/** Writes a text for Go; gives its length. */
function put(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) units[at + i] = text.charCodeAt(i);
  return text.length;
}

/**
 * Tells Go what happened, and does what it answers before returning, so that user code sees the effects of what it
 * called. Calls made before the WASM runs are kept in order.
 */
export function control(op: Op, ...args: unknown[]): void {
  if (!open) {
    early.push([op, args]);
    return;
  }
  seenOn = 0;
  headers = [];
  let used = 0;
  // What is not given becomes NaN, which Go reads as 0.
  for (let i = 0; i < 16; i++) {
    let a: any = i > 1 ? args[i - 2] : i ? clock() : op;
    if (typeof a == "string") used += a = put(a.slice(0, units.length - used), used);
    numbers[i] = a;
  }
  try {
    count();
    go.control();
    if (!words.length) view();
  } catch (e) {
    lose(e); // a trap: memory, stack
  }
  // In Go's order, also when a listener calls us: what was to be done before comes first, and all of it before we return.
  for (let next; (next = effects.shift()); ) safely(next[0], null, next[1]);
}

/** For an argument of control() that is to be a text, whatever a server has sent. */
export const textOf = (said: unknown): string => "" + (said ?? "");

const performers: Listener[] = [];

/** Installs what to do for Go. */
export function defer<K extends keyof Host>(what: K, fn: Host[K]): void {
  performers[what] = fn;
}

/** Go's only import. An exception, or a call back, would find Go in the middle of its work. */
export function tell(what: Do, at: number, length: number): void {
  if (!words.length) view();
  const text = String.fromCharCode(...new Uint8Array(units.buffer, at, length));
  effects.push([performers[what]!, [...numbers.subarray(16), text]]);
}

defer(Do.Wake, (at) => {
  clearTimeout(timer);
  due = Infinity;
  if (!at) return;
  const wait = Math.ceil(Math.max(0, at - clock()));
  due = Date.now() + wait;
  timer = native(tick, Math.min(wait, 1e9));
});

defer(Do.Panic, (...said) => report(failure(said[5])));

/** Does before its turn what fits. */
export function ahead(fn: Listener, fits: (...args: any[]) => boolean): void {
  const i = effects.findIndex(([f, args]) => f == fn && fits(...args));
  if (i >= 0) safely(fn, null, effects.splice(i, 1)[0]![1]);
}

/** What Go's first answers wait for: the browser compiles them on the main thread, and what was just sent leaves after that. */
export let paused: Promise<unknown> | undefined;
export const pause = (until: Promise<unknown>) => (paused = until);

/** An error of ours. retry: trying again may help. */
export const failure = (what: string, cause?: unknown, retry?: boolean): Error =>
  Object.assign(new Error("socketio-jwt-wasm: " + what), { cause, retry });

/** The program runs: gives its version. */
export function meet(exports: Exports): string {
  go = exports;
  view();
  return header(go.build());
}

/** After a fatal error of its runtime, which is on the console, or a trap: nothing of Go's may be called any more. */
export function lose(cause?: unknown): never {
  lost ||= failure("the WASM has ended; reload the page", cause);
  go = { ...go, rx: lose, tx: lose, control: lose };
  throw lost;
}
let lost: Error | undefined;

/** Opens the doors and lets in what came before. */
export function enter(): void {
  open = true;
  for (const [op, args] of early.splice(0)) control(op, ...args);
  listen(["online", "pageshow", "focus"], look);
  listen(["resume", "visibilitychange"], look, globalThis.document);
}

export const entered = () => open;

// --- Packet headers --------------------------------------------------------------------------------------------------

/** When the memory grows, views of it go blank. One lies behind the other, as in wasm/exports.go. */
function view(): void {
  const { buffer } = go.mem;
  numbers = new Float64Array(buffer, go.shared(), 21);
  words = new Int32Array(buffer, numbers.byteOffset + numbers.byteLength, Word.Count);
  units = new Uint16Array(buffer, words.byteOffset + words.byteLength, 1024);
}

/** apply() reads the units in place, where spreading them would make an object of each. */
const header = (n: number): string => String.fromCharCode.apply(null, units.subarray(0, n) as any);

// What Go has answered about the plain events and acks of a namespace, which are most of the traffic, it would answer again
// until control() is called. So it isn't asked again: the words stand as they were, but for the ack's number and where the
// payload begins, and the written header is kept by slot.
let seen: string;
let seenOn: unknown;
let headers: string[];
/** How many more acks each slot awaits than Go knows of. */
let awaited: number[] = [];

const expect = (slot: number, more: number) => (awaited[slot] = (awaited[slot] || 0) + more);

/** Before Go hears of an ack: it lets none come that it does not await. */
function count(): void {
  awaited.forEach((more, slot) => go.tx(slot, Tx.Awaited, 0, more));
  awaited = [];
}

/** Has Go read the header of the packet at `from`. */
export function rx(conn: number, t: { _link: number }, text: string, from: number): number {
  if (t === seenOn && text.startsWith(seen, from + 2)) {
    const head = 2 + seen.length;
    const id = text[from + head] == "[" ? -1 : parseInt(text.substr(from + head, 9));
    const at = id >= 0 ? head + ("" + id).length : head;
    const ack = id >= 0 && text.startsWith("43", from);
    if (text[from + at] == "[" && (ack || text.startsWith("42", from))) {
      words[Word.Start] = at;
      words[Word.Ack] = id;
      if (ack) expect(words[Word.Slot]!, -1);
      return ack ? Rx.Ack : Rx.Event;
    }
  }
  count();
  const kind = go.rx(conn, t._link, put(text.substr(from, units.length), 0), text.length - from);
  if (!words.length) view();
  seenOn = words[Word.Kept] && t;
  seen = text.substr(from + 2, words[Word.Kept]! - 2);
  return kind;
}

/** Has Go write a packet's header; ack may be empty. A number is hold or drop. */
export function tx(slot: number, flags: number, attachments: number, ack: any): string | number {
  const plain = flags <= Tx.WantsAck && !attachments;
  if (plain && headers[slot]) {
    expect(slot, flags);
    return headers[slot] + ack;
  }
  const n = go.tx(slot, flags, attachments, ack);
  if (!words.length) view();
  if (n < 1) return n;
  const text = header(n);
  if (plain) headers[slot] = text.slice(0, n - ("" + ack).length);
  return text;
}
