/** The JavaScript side of the seam: calls through the doors, what Go wants done, and the clock that Go lives by. */
import { report, safely, type Listener } from "./emitter.js";
import { Do, Op, Rx, Word, type Exports, type Host } from "./seam.js";
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

/**
 * Tells Go what happened, and does what it answers before returning, so that user code sees the effects of what it
 * called. Calls made before the WASM runs are kept in order.
 */
export function control(op: Op, ...args: unknown[]): void {
  if (!open) {
    early.push([op, args]);
    return;
  }
  seen = "-";
  headers = [];
  if (!units.length) view();
  let used = 0;
  // What is not given becomes NaN, which Go reads as 0.
  for (let i = 0; i < 16; i++) {
    let a: any = i > 1 ? args[i - 2] : i ? clock() : op;
    if (typeof a == "string") {
      const text = a.slice(0, units.length - used);
      for (a = 0; a < text.length; ) units[used++] = text.charCodeAt(a++);
    }
    numbers[i] = a;
  }
  try {
    go.control();
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
  if (!units.length) view();
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

// What Go has answered it would answer again until control() is called. So it isn't asked again for the plain events that
// are most of the traffic: the words stand as they were when the same header comes again, and a written one is kept by slot.
let seen: string;
let seenOn: number;
let seenBy: number;
let headers: string[];

/**
 * Has Go read the header of the packet at `from`. Copies as few units as tell it all: a payload begins with [, { or ",
 * which stand in no header but in a namespace.
 */
export function rx(conn: number, link: number, text: string, from: number, most = 64): number {
  if (words.length && link == seenOn && conn == seenBy && text.startsWith(seen, from)) return Rx.Event;
  if (!units.length) view();
  const size = text.length - from;
  const end = Math.min(size, most);
  let n = 0;
  let named = false;
  while (n < end) {
    const c = text.charCodeAt(from + n);
    units[n++] = c;
    if (c == 47) named = true;
    else if (c == 44) named = false;
    else if (!named && (c == 91 || c == 123 || c == 34)) break;
  }
  const kind = go.rx(conn, link, n, size);
  if (!words.length) view();
  seenOn = link;
  seenBy = conn;
  // Without ack (-1), without attachments, and an end that is not in the header (-1).
  seen = kind == Rx.Event && n < size && words[Word.Ack]! + words[Word.Attachments]! + words[Word.End]! == -2 ? text.substr(from, n) : "-";
  return kind;
}

/** Has Go write a packet's header. A number is hold or drop. */
export function tx(slot: number, flags: number, attachments: number, ack: number): string | number {
  const plain = !flags && !attachments;
  if (plain && headers[slot]) return headers[slot]!;
  const n = go.tx(slot, flags, attachments, ack);
  if (!words.length) view();
  if (n < 1) return n;
  const text = header(n);
  if (plain) headers[slot] = text;
  return text;
}
